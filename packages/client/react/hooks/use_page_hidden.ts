/** Whether nobody looks at the page. */
import { useSyncExternalStore } from "react";

export function usePageHidden(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState === "hidden", () => false);
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
