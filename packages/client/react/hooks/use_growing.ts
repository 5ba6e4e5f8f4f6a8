/** A long list that is put on the screen a few rows a frame, so that nobody's click waits for all of them. */
import { useEffect, useState } from "react";
import { onNextFrame } from "./next_frame.ts";

/** How many rows come with a frame: what is made of them takes a few milliseconds. */
const STEP = 20;

/** How many of `total` rows to show now. */
export function useGrowing(total: number): number {
  const [count, setCount] = useState(STEP);
  useEffect(() => {
    if (count < total) return onNextFrame(() => setCount(count + STEP));
  }, [count, total]);
  return Math.min(count, total);
}
