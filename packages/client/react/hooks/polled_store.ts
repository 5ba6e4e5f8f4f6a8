/** Something that is asked for again and again while somebody listens and looks. */
import { createStore, type Store } from "../../store/store.ts";

export interface PolledTimes {
  /** How long to wait before it is asked for first. Default 0. */
  firstMs?: number;
  /** How long to wait before another version is asked about, with nothing shown. Default 0: at once, and what was shown stays. */
  afterMs?: number;
  /** How long after each answer it is asked for again; null: not again. */
  everyMs: number | null;
}

export interface PolledStore<T> extends Store<T> {
  /** Asks now. */
  readonly again: () => void;
  /** Which version of what it is about is shown; another one than before is asked about. */
  readonly asOf: (version: number | string) => void;
}

/** `read` never rejects. Nothing is asked while the page is hidden. */
export function polledStore<T>(
  initial: T,
  read: () => Promise<T>,
  { firstMs = 0, afterMs = 0, everyMs }: PolledTimes,
): PolledStore<T> {
  let shown: number | string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let isActive = false;

  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => document.visibilityState === "hidden" ? later(everyMs ?? 1_000) : ask(), ms);
  };
  const ask = () => {
    clearTimeout(timer);
    const mine = ++asked;
    void read().then((value) => {
      if (!isActive || mine !== asked) return;
      store.set(value);
      if (everyMs !== null) later(everyMs);
    });
  };

  const store = createStore<T>(initial, {
    onActive() {
      isActive = true;
      if (firstMs > 0) later(firstMs);
      else ask();
      return () => {
        isActive = false;
        clearTimeout(timer);
      };
    },
  });
  return {
    ...store,
    again: () => isActive && ask(),
    asOf(version) {
      const isOther = shown !== undefined && shown !== version;
      shown = version;
      if (!isOther || !isActive) return;
      if (afterMs === 0) return ask();
      asked++; // what is under way is of another version
      store.set(initial);
      later(afterMs);
    },
  };
}
