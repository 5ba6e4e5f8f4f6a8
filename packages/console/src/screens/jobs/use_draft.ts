/** What is being typed, until it counts: a moment after the last key, at Enter, or when the field is left. */
import { useEffect, useState } from "react";

const REST_MS = 600;

export interface Draft {
  readonly value: string;
  change(value: string): void;
  /** It counts now. */
  settle(): void;
}

/** `settled` is what counts; `onSettle` is told of what shall. `isHalf`: what is typed so far means nothing yet. */
export function useDraft(
  settled: string,
  onSettle: (value: string) => void,
  isHalf: (typed: string) => boolean = () => false,
): Draft {
  const [typed, setTyped] = useState<string | null>(null);
  // What comes from elsewhere (a view, "back") takes the place of what was typed.
  useEffect(() => setTyped(null), [settled]);
  const settle = () => {
    if (typed !== null && typed !== settled) onSettle(typed);
  };
  useEffect(() => {
    if (typed === null || typed === settled || isHalf(typed)) return;
    const timer = setTimeout(settle, REST_MS);
    return () => clearTimeout(timer);
  }, [typed, settled]);
  return { value: typed ?? settled, change: setTyped, settle };
}
