/** What every live thing of the client is: something to read now, and to be told of when it changes. */

/** Reads the same snapshot, the same object, until there is a newer one; snapshots never change. */
export interface Store<T> {
  /** Calls `listener` after each change, until the returned function is called. What is live lives while somebody listens. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => T;
  /** What a server renders, and a browser in its first render: never what only one of the two can know. */
  readonly getServerSnapshot: () => T;
}

/** A store that its owner writes. */
export interface WritableStore<T> extends Store<T> {
  /** Replaces the snapshot and tells the listeners; the same value is no change. */
  readonly set: (next: T) => void;
}

export interface StoreOptions<T> {
  /** What a server renders; left out: `initial`. */
  server?: T;
  /** Called when the first listener comes; what it returns is called when the last one has gone. */
  onActive?: () => () => void;
}

/** A store that begins with `initial`. A listener that throws keeps none of the others from being told. */
export function createStore<T>(
  initial: T,
  { server = initial, onActive }: StoreOptions<T> = {},
): WritableStore<T> {
  const listeners = new Set<{ tell: () => void }>();
  let snapshot = initial;
  let rest: (() => void) | undefined;
  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => server,
    subscribe(listener) {
      const entry = { tell: listener }; // the same function may listen twice
      listeners.add(entry);
      if (listeners.size === 1) rest = onActive?.();
      return () => {
        if (!listeners.delete(entry) || listeners.size > 0) return;
        rest?.();
        rest = undefined;
      };
    },
    set(next) {
      if (Object.is(next, snapshot)) return;
      snapshot = next;
      for (const { tell } of [...listeners]) {
        try {
          tell();
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
