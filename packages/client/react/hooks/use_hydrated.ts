/** Whether the browser has taken over what a server rendered. */
import { useSyncExternalStore } from "react";

const nothing = () => () => {};

/** False on a server and while a browser hydrates, true from then on: for what only the browser knows, such as its zone. */
export function useHydrated(): boolean {
  return useSyncExternalStore(nothing, () => true, () => false);
}
