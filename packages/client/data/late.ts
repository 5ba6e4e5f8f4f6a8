/** Parts of the client that are loaded when they are first needed: most screens do without them. */
import { backOff, REQUEST } from "../live/back_off.ts";
import { loaded } from "../http/loaded.ts";
import type { Surroundings } from "../live/surroundings.ts";
import type { Store } from "../store/store.ts";

export interface Late<T> {
  /** What was loaded, if it was. */
  now(): T | undefined;
  /** Loads it. @throws EsteiraError `network`; the next call tries again */
  get(): Promise<T>;
}

export function late<T>(load: () => Promise<T>): Late<T> {
  let part: T | undefined;
  let loading: Promise<T> | undefined;
  return {
    now: () => part,
    get: () =>
      loading ??= loaded(load).then((it) => part = it, (error) => {
        loading = undefined;
        throw error;
      }),
  };
}

/** A store whose maker is loaded when somebody begins to listen. Until then, and until it is there, it shows `initial`. */
export function lateStore<T>(initial: T, get: () => Promise<Store<T>>, surroundings: Surroundings): Store<T> {
  let inner: Store<T> | undefined;
  return {
    getSnapshot: () => inner ? inner.getSnapshot() : initial,
    getServerSnapshot: () => initial,
    subscribe(listener) {
      if (inner) return inner.subscribe(listener);
      let isOver = false;
      let timer: unknown;
      let release = () => {};
      const load = (tries: number): Promise<void> =>
        get().then((store) => {
          inner = store;
          if (isOver) return;
          release = store.subscribe(listener);
          if (!Object.is(store.getSnapshot(), initial)) listener();
        }, () => {
          const again = backOff(tries, surroundings.random(), REQUEST);
          if (!isOver) timer = surroundings.setTimeout(() => void load(tries + 1), again);
        });
      void load(1);
      return () => {
        isOver = true;
        surroundings.clearTimeout(timer);
        release();
      };
    },
  };
}
