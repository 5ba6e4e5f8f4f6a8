/** Notices that the page is looked at again, has slept, or has its network back: moments when a connection may be dead unnoticed. */
import type { Surroundings } from "./surroundings.ts";

/** How often the clock is looked at, milliseconds. A look that comes half of that late has slept, or was throttled. */
const LOOK = 4_000;
/** Browsers slow the timers of hidden pages to one a minute: only what is later than that has slept. */
const LOOK_HIDDEN = 60_000;
/** Hidden for longer than this, a page's socket may have been taken from it. */
const LONG_HIDDEN = 30_000;

export interface WakeUps {
  /** Whatever is connected is doubtful. `why`: for the connection's reason. */
  woke(why: string): void;
  /** Looked at again, after so short a time that nothing is doubtful. */
  visible(): void;
  hidden(): void;
  offline(): void;
}

/** Watches until the returned function is called. */
export function watchWakeUps(surroundings: Surroundings, tell: WakeUps): () => void {
  let looked = surroundings.now();
  let hiddenAt = surroundings.isVisible() ? null : looked;
  let timer: unknown;

  function slept(): boolean {
    const now = surroundings.now();
    const late = Math.abs(now - looked - LOOK);
    looked = now;
    // Back in time counts as well: what was due is not.
    return late > LOOK / 2 && (hiddenAt === null || late > LOOK_HIDDEN * 1.5);
  }

  function look(): void {
    timer = surroundings.setTimeout(look, LOOK);
    if (slept()) tell.woke("the clock jumped");
  }

  timer = surroundings.setTimeout(look, LOOK);
  const unwatch = surroundings.watch((what) => {
    switch (what) {
      case "hidden":
        hiddenAt ??= surroundings.now();
        return tell.hidden();
      case "visible": {
        const since = hiddenAt;
        hiddenAt = null;
        if (since === null) return;
        const now = surroundings.now();
        const doubtful = now - since > LONG_HIDDEN || now < since || now - looked > LOOK * 1.5;
        restart();
        return doubtful ? tell.woke("looked at again") : tell.visible();
      }
      case "offline":
        return tell.offline();
      case "online":
        return tell.woke("the network is back");
      case "restored":
        return tell.woke("restored by the browser");
    }
  });

  function restart(): void {
    surroundings.clearTimeout(timer);
    looked = surroundings.now();
    timer = surroundings.setTimeout(look, LOOK);
  }

  return () => {
    surroundings.clearTimeout(timer);
    unwatch();
  };
}
