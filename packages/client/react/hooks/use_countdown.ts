/** Something that happens after a while, unless somebody is looking at it. */
import { useEffect, useRef } from "react";
import { useLatest } from "./use_latest.ts";

/** Calls `done` once when `ms` have gone by in which it was not paused. Null: never. */
export function useCountdown(ms: number | null, isPaused: boolean, done: () => void): void {
  const left = useRef(ms);
  const latest = useLatest(done);
  useEffect(() => {
    if (isPaused || left.current === null) return;
    const started = performance.now();
    const timer = setTimeout(() => latest.current(), left.current);
    return () => {
      clearTimeout(timer);
      left.current = Math.max(0, (left.current ?? 0) - (performance.now() - started));
    };
  }, [isPaused, latest]);
}
