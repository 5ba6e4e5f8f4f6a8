/** By whose midnight days are counted: the reader's, or Greenwich's where the database does not know the reader's zone. */
import { useState } from "react";
import type { OpsError } from "../../data/ops_error.ts";

const FALLBACK = "UTC";
const theirs = () => Intl.DateTimeFormat().resolvedOptions().timeZone || FALLBACK;

export interface Zone {
  readonly zone: string;
  /** The reader's own, which the database does not know; null: it knows it. */
  readonly unknown: string | null;
  /** To be told what a call was refused with; returns whether that is dealt with. */
  refused(error: OpsError | null): boolean;
}

export function useZone(): Zone {
  const [zone, setZone] = useState(theirs);
  const refused = (error: OpsError | null) => {
    if (error?.code !== "invalid_input" || error.hint !== "zone" || zone === FALLBACK) return false;
    setZone(FALLBACK);
    return true;
  };
  return { zone, unknown: zone === FALLBACK && theirs() !== FALLBACK ? theirs() : null, refused };
}
