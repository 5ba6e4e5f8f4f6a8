/** What the Graph API says of an error. Each field is read on its own: one of an odd type must not cost us the others. */
import { z } from "zod";

export interface GraphError {
  code: number | null;
  subcode: number | null;
  /** A code in words, such as `THREADS_API__LINK_LIMIT_EXCEEDED`, whichever field it stands in. */
  word: string | null;
  /** Its own words, for people where it has such; empty: it has none. */
  message: string;
  /** It says that the same may go well another time. */
  isTransient: boolean;
}

const number = z.union([
  z.number().int(),
  z.string().regex(/^-?\d{1,15}$/).transform(Number),
]).nullable().catch(null);
// "UNKNOWN" is no message.
const words = z.string().transform((text) => text.trim() === "UNKNOWN" ? "" : text.trim()).catch("");
/** The whole of a field: words in a sentence are none. */
const word = z.string().trim().regex(/^[A-Z][A-Z0-9]{0,59}(?:_{1,2}[A-Z0-9]{1,60}){1,12}$/).nullable().catch(
  null,
);
const WORD_FIELDS = [
  "code",
  "error_subcode",
  "type",
  "message",
  "error_user_title",
  "error_user_msg",
] as const;
const fields = z.looseObject({
  code: number,
  error_subcode: number,
  message: words,
  error_user_msg: words,
  is_transient: z.boolean().catch(false),
  // As the sign-in of Instagram's own says it.
  error_message: words,
});

/** The error that a body is, whatever the status it came with; null for one that is none. */
export function graphErrorOf(body: unknown): GraphError | null {
  if (!isObject(body)) return null;
  const own = Object.hasOwn(body, "error") ? body.error : undefined;
  // Sign-in: {error_type, code, error_message}, without an `error`. A container of Threads' has an error_message alone.
  const isSignIn = Object.hasOwn(body, "error_message") &&
    (Object.hasOwn(body, "error_type") || Object.hasOwn(body, "code"));
  const said = own === undefined || own === null
    ? isSignIn ? body : null
    : isObject(own)
    ? own
    : { message: typeof own === "string" ? own : "" };
  if (said === null) return null;
  const { code, error_subcode, message, error_user_msg, is_transient, error_message } = fields.parse(said);
  const word = wordIn(said);
  const sentences = [error_user_msg, message, error_message].filter((text) => text !== word);
  return {
    code,
    subcode: error_subcode === 0 ? null : error_subcode,
    word,
    message: (sentences.find(Boolean) ?? "").slice(0, 1000),
    isTransient: is_transient,
  };
}

function wordIn(said: Record<string, unknown>): string | null {
  for (const name of WORD_FIELDS) {
    const found = Object.hasOwn(said, name) ? word.parse(said[name]) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The sub-code that the `status` of a container that failed speaks of, as in "… with error code 2207082"; null: none. */
export function subcodeIn(status: string): number | null {
  const found = /\b22\d{5}\b/.exec(status.slice(0, 2000));
  return found ? Number(found[0]) : null;
}

/** Whether it is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
