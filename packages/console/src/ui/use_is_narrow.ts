/** Whether the page is as narrow as a phone: then rows are cards. The same bound as in the styles. */
import { useSyncExternalStore } from "react";

const query = matchMedia("(max-width: 720px)");

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}

function subscribe(listener: () => void): () => void {
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
