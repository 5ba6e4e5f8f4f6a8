/** Whether screens follow what happens, or stand still to be read: one switch for all of them. */
import { useSyncExternalStore } from "react";

let isPaused = false;
const listeners = new Set<() => void>();

export function areUpdatesPaused(): boolean {
  return isPaused;
}

export function pauseUpdates(pause: boolean): void {
  isPaused = pause;
  for (const tell of [...listeners]) tell();
}

/** While paused nothing is read anew: not by time, not by what is told, not when the page comes back to the front. */
export function useUpdates(): { isPaused: boolean; pause: (pause: boolean) => void } {
  return { isPaused: useSyncExternalStore(subscribe, areUpdatesPaused), pause: pauseUpdates };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
