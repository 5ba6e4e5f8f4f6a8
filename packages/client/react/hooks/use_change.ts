/** Tells of a store's changes, for what has to happen besides showing them: log lines, callbacks. */
import { useEffect } from "react";
import type { Store } from "../../store/store.ts";
import { useLatest } from "./use_latest.ts";

/**
 * Calls `tell` after each change, with what was before. With `first`, also for what is there when it begins to listen,
 * `before` being undefined then. Listens anew when the store is another; not at all while it is null.
 */
export function useChange<T>(
  store: Store<T> | null,
  tell: (now: T, before: T | undefined) => void,
  { first = false }: { first?: boolean } = {},
): void {
  const latest = useLatest(tell);
  useEffect(() => {
    if (!store) return;
    let before: T | undefined;
    const look = () => {
      const now = store.getSnapshot();
      if (Object.is(now, before)) return;
      const was = before;
      before = now;
      latest.current(now, was);
    };
    const end = store.subscribe(look);
    // What is there already, and what came between rendering and listening.
    if (first) look();
    else before = store.getSnapshot();
    return end;
  }, [store, first, latest]);
}
