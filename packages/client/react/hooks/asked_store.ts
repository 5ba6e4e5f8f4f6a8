/** Something that is read once somebody listens. */
import type { Loaded } from "../../api/job.ts";
import { createStore, type Store } from "../../store/store.ts";
import { LOADING } from "./loaded.ts";

/** Reads when the first listener comes, and again when one comes after all had gone. */
export function askedStore<T>(read: () => Promise<T>): Store<Loaded<T>> {
  const store = createStore<Loaded<T>>(LOADING, {
    onActive() {
      let isOver = false;
      const tell = (next: Loaded<T>) => {
        if (!isOver) store.set(next);
      };
      read().then(
        (data) => tell({ state: "ready", data, error: null }),
        (error) =>
          tell({
            state: "failed",
            data: null,
            error: error instanceof Error ? error : new Error(String(error)),
          }),
      );
      return () => {
        isOver = true;
      };
    },
  });
  return store;
}
