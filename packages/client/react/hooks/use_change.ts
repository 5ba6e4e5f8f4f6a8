/** Tells of a store's changes, for what has to happen besides showing them: log lines, callbacks. */
import { useEffect } from "react";
import type { Store } from "../../store/store.ts";
import { useLatest } from "./use_latest.ts";

/**
 * Calls `tell` when it begins to listen, `before` being undefined then, and after each change. It begins anew when the store
 * is another one; while that is null, it does not listen.
 */
export function useChange<T>(store: Store<T> | null, tell: (now: T, before: T | undefined) => void): void {
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
    look(); // what is there already, and what came between rendering and listening
    return end;
  }, [store, latest]);
}
