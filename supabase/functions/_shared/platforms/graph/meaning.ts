/** What a code of the Graph API means for whoever meets it: each platform on it has tables of its own. */
import type { FailureClass, PlatformFailure } from "../platform.ts";

export interface Meaning {
  class: FailureClass;
  scope?: PlatformFailure["scope"];
  /** Ours, where the platform has none. */
  words: string;
  retryAfterMs?: number;
  /** Another container may fare better, made after so many seconds. */
  recreateAfter?: number;
  /** Ours, in the place of the platform's, where somebody has to tell it from others. */
  code?: string;
  /** To a commit it is a refusal: nothing has become visible. What is not for certain is asked after. */
  isRefusal: boolean;
}

/**
 * What an error means: its sub-code decides where that is known, then its code in words, then its code; undefined: none of
 * them is known.
 */
export type MeaningOf = (
  code: number | null,
  subcode: number | null,
  word?: string | null,
) => Meaning | undefined;

type Rows = readonly (readonly [codes: readonly number[], words: string])[];

/** Entries of a table: codes that are alike but for their words. */
export function rowsOf(rows: Rows, meaning: Omit<Meaning, "words">): [number, Meaning][] {
  return rows.flatMap(([codes, words]) =>
    codes.map((code): [number, Meaning] => [code, { ...meaning, words }])
  );
}
