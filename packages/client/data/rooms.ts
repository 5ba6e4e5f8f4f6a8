/** Holding a topic for as long as anybody needs it, and a moment longer: screens let go and take hold again in one breath. */
import type { Surroundings } from "../live/surroundings.ts";

const LINGER_MS = 1000;

export interface Room {
  /** Holds it until the returned function is called. */
  enter(): () => void;
  isHeld(): boolean;
  close(): void;
}

/** @param hold begins to hold; what it returns ends that. @param onLeft called when it has ended */
export function createRoom(
  surroundings: Pick<Surroundings, "setTimeout" | "clearTimeout">,
  hold: () => () => void,
  onLeft: () => void = () => {},
): Room {
  let inside = 0;
  let release: (() => void) | undefined;
  let timer: unknown;
  let isClosed = false;
  const leave = () => {
    timer = undefined;
    release?.();
    release = undefined;
    onLeft();
  };
  return {
    isHeld: () => release !== undefined,
    enter() {
      inside++;
      surroundings.clearTimeout(timer);
      timer = undefined;
      if (!isClosed) release ??= hold();
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        if (--inside === 0 && !isClosed) timer = surroundings.setTimeout(leave, LINGER_MS);
      };
    },
    close() {
      isClosed = true;
      surroundings.clearTimeout(timer);
      leave();
    },
  };
}
