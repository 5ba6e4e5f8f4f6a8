/** The callback of the latest render, for effects that outlive renders. */
import { useEffect, useRef } from "react";

/** `current` is what the last committed render gave; to be read by what happens later, never while rendering. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
