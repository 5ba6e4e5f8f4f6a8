/** What JSON can say and PostgreSQL, or JSON itself, cannot store: found before it becomes an error of ours. */
import { storable } from "./redact.ts";

// Far more than any request needs, and far less than what overflows the stack here or in PostgreSQL.
const MAX_DEPTH = 100;
const ODD_TEXT = "Text has no NUL and no half of a surrogate pair";
const NO_NUMBER = "A number is no larger than 1.79e308";

/** Why a value cannot be stored, and where: the path of the field, empty for the value itself. */
export interface Unstorable {
  path: string[];
  message: string;
}

/** A value that has others in it, and the way to it. */
interface Inside {
  value: object;
  depth: number;
  key: string;
  of: Inside | undefined;
}

/**
 * Looks for text that `text` and `jsonb` do not take, unless it `willBeRedacted`; for numbers that were too large for JSON
 * to be read back (`1e999`); for a field `__proto__`; and for values nested more than MAX_DEPTH deep. Undefined: there is nothing of that kind.
 */
export function unstorable(value: unknown, { willBeRedacted = false } = {}): Unstorable | undefined {
  const isOdd = (text: string) => !willBeRedacted && !isStorableText(text);
  const faultOf = (value: unknown) => {
    if (typeof value === "string") return isOdd(value) ? ODD_TEXT : undefined;
    return typeof value === "number" && !Number.isFinite(value) ? NO_NUMBER : undefined;
  };
  const fault = faultOf(value);
  if (fault) return { path: [], message: fault };
  // Not recursive: what is looked for would overflow the stack.
  const toSee: Inside[] = isObject(value) ? [{ value, depth: 0, key: "", of: undefined }] : [];
  for (let next = toSee.pop(); next; next = toSee.pop()) {
    const isList = Array.isArray(next.value);
    for (const key in next.value) {
      const inner: unknown = (next.value as Record<string, unknown>)[key];
      if (!isList && isOdd(key)) return { path: [...pathOf(next), storable(key)], message: ODD_TEXT };
      // A schema would leave it out without a word.
      if (key === "__proto__") return { path: [...pathOf(next), key], message: "No field has this name" };
      const fault = faultOf(inner);
      if (fault) return { path: [...pathOf(next), key], message: fault };
      if (!isObject(inner)) continue;
      const inside = { value: inner, depth: next.depth + 1, key, of: next };
      if (inside.depth === MAX_DEPTH) {
        return { path: pathOf(inside).slice(0, 1), message: `Nested more than ${MAX_DEPTH} deep` };
      }
      toSee.push(inside);
    }
  }
  return undefined;
}

/** Whether PostgreSQL's `text` takes it as it is. */
export function isStorableText(text: string): boolean {
  return storable(text) === text;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function pathOf(inside: Inside): string[] {
  const path: string[] = [];
  for (let at = inside; at.of; at = at.of) path.unshift(at.key);
  return path;
}
