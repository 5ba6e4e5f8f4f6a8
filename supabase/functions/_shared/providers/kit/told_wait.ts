/**
 * How long an answer says to wait, wherever it says so: in `Retry-After`, in a field of its body, or in words, as in "Your
 * rate limit resets in ~30s." and "Expected available in 1 second." The first that says anything counts.
 */
import { z } from "zod";
import type { RetryClass } from "../../engine/failure.ts";
import { retryAfter, waitOf } from "./retry_after.ts";

// What is longer is no sentence.
const LONGEST_TEXT = 2_000;

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};
const SMALL_NUMBERS: Readonly<Record<string, number>> = {
  ...{ a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9 },
  ...{ ten: 10, fifteen: 15, twenty: 20, thirty: 30, sixty: 60 },
};

// Every repetition is bounded: a text of any kind takes a number of steps that grows with its length alone.
const UNIT = "milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d";
const NUMBER = `\\d{1,9}(?:\\.\\d{1,9})?|\\b(?:${Object.keys(SMALL_NUMBERS).join("|")})(?=[ -])`;
const PART = `(?:${NUMBER})[ -]?(?:${UNIT})(?![a-z])`;
const PARTS = new RegExp(`(${NUMBER})[ -]?(${UNIT})(?![a-z])`, "gi");
const DURATION = `(?<duration>${PART}(?:,? ?(?:and )?${PART}){0,3})`;
const ABOUT = "(?:~ ?|(?:about|around|approximately|roughly|another|at least|up to|the next) ){0,2}";
const SOME_WORDS = "(?: [a-z]{1,15}){0,4}?";

const SENTENCES: readonly RegExp[] = [
  `\\b(?:resets?|refresh(?:es)?|renews?|again|retry|retrying|back)\\b${SOME_WORDS} (?:in|after|within) ${ABOUT}${DURATION}`,
  `\\bavailable\\b${SOME_WORDS} (?:in|within) ${ABOUT}${DURATION}`,
  `\\bwait(?: time)?(?: for| is| of|:)? ${ABOUT}${DURATION}`,
  `\\bretry[-_ ]?after(?: is|:|=)? ?${ABOUT}${DURATION}`,
  `${DURATION} (?:until|till|before) (?:[a-z]{1,15} ){0,4}?(?:resets?|retry|retrying|try|trying|again)\\b`,
].map((source) => new RegExp(source, "i"));
const SECONDS_WITHOUT_A_UNIT =
  /\bretry[-_ ]?after(?: is|:|=)? ?(\d{1,9}(?:\.\d{1,9})?)(?=[.,;)]?(?:\s|$))(?! ?[a-z])/i;

const seconds = z.union([z.number(), z.string().regex(/^\d{1,12}(\.\d+)?$/).transform(Number)]);
const text = z.string().optional().catch(undefined);
const fields = z.looseObject({
  retry_after: seconds.optional().catch(undefined),
  retryAfter: seconds.optional().catch(undefined),
  ...{ msg: text, message: text, detail: text },
  error: z.union([z.string(), z.looseObject({ message: text }).transform(({ message }) => message)])
    .optional()
    .catch(undefined),
});

/** What an answer says: as much of it as there is. */
export interface Told {
  headers?: Headers;
  /** The body, parsed; its own words are read where the message has none. */
  raw?: unknown;
  message: string;
}

/** How long to wait, as a part of a failure of this class and within its limits; empty where nothing is said. */
export function waitTold(
  { headers, raw, message }: Told,
  retryClass: RetryClass,
): { retryAfterMs?: number } {
  const inHeader = headers ? retryAfter(headers, retryClass) : {};
  if (inHeader.retryAfterMs !== undefined) return inHeader;
  const body = fields.safeParse(raw).data;
  const inField = waitOf((body?.retry_after ?? body?.retryAfter ?? NaN) * 1000, retryClass);
  if (inField.retryAfterMs !== undefined) return inField;
  const said = [message, body?.msg, body?.message, body?.detail, body?.error];
  const spoken = said.map((words) => words === undefined ? undefined : spokenWait(words));
  return waitOf(spoken.find((ms) => ms !== undefined) ?? NaN, retryClass);
}

/** The wait that a sentence speaks of, in milliseconds; undefined where it speaks of none. */
export function spokenWait(text: string): number | undefined {
  const sentence = text.slice(0, LONGEST_TEXT).replace(/\s+/g, " ");
  for (const pattern of SENTENCES) {
    const duration = pattern.exec(sentence)?.groups?.duration;
    if (duration !== undefined) return millisecondsOf(duration);
  }
  const bare = SECONDS_WITHOUT_A_UNIT.exec(sentence)?.[1];
  return bare === undefined ? undefined : Number(bare) * 1000;
}

function millisecondsOf(duration: string): number {
  let sum = 0;
  for (const [, number = "", unit = ""] of duration.matchAll(PARTS)) {
    const word = unit.toLowerCase();
    const size = MILLISECONDS[word] ?? MILLISECONDS[word.replace(/s$/, "")] ?? 0;
    sum += (SMALL_NUMBERS[number.toLowerCase()] ?? Number(number)) * size;
  }
  return sum;
}
