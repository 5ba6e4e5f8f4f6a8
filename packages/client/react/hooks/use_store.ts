/** A store of the client as a component reads it. */
import { useSyncExternalStore } from "react";
import type { Store } from "../../store/store.ts";

/** Never changes, and is the same object to the server, to the first render and after. */
export function constantStore<T>(value: T): Store<T> {
  const read = () => value;
  return { subscribe: () => () => {}, getSnapshot: read, getServerSnapshot: read };
}

/** Re-renders with each snapshot. Another store may be given at any time. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot);
}
