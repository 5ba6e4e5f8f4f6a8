/** What buttons do: one thing at a time, and what came of it. */
import { createStore, type Store } from "../../store/store.ts";
import { toError } from "./to_error.ts";

export interface Acting<N extends string> {
  /** What is being done just now. */
  readonly pending: N | null;
  /** Why the last one did not work. */
  readonly error: Error | null;
}

export interface Acts<N extends string> {
  readonly store: Store<Acting<N>>;
  /** Does it. Null when it did not work (`error`), or while another is under way: a second click does nothing. */
  act<R>(name: N, ask: () => Promise<R> | undefined): Promise<R | null>;
}

export function createActs<N extends string>(): Acts<N> {
  const store = createStore<Acting<N>>({ pending: null, error: null });
  return {
    store,
    async act(name, ask) {
      if (store.getSnapshot().pending !== null) return null;
      store.set({ pending: name, error: null });
      try {
        const answer = await ask();
        store.set({ pending: null, error: null });
        return answer ?? null;
      } catch (error) {
        store.set({ pending: null, error: toError(error) });
        return null;
      }
    },
  };
}
