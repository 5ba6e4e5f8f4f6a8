/** What JSON can say and PostgreSQL cannot store: found before it becomes an error of ours. */
import { storable } from "./redact.ts";

// Far more than any request needs, and far less than what overflows the stack here or in PostgreSQL.
const MAX_DEPTH = 100;
const ODD_TEXT = "Text has no NUL and no half of a surrogate pair";

/** Why a value cannot be stored, and where: the path of the field, empty for the value itself. */
export interface Unstorable {
  path: string[];
  message: string;
}

/**
 * Looks for text that `text` and `jsonb` do not take, unless it `willBeRedacted`, and for values nested more than MAX_DEPTH
 * deep. Undefined: there is nothing of that kind.
 */
export function unstorable(value: unknown, { willBeRedacted = false } = {}): Unstorable | undefined {
  const isOdd = (text: string) => !willBeRedacted && !isStorableText(text);
  // Not recursive: what is looked for would overflow the stack.
  const toSee: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  for (let next = toSee.pop(); next; next = toSee.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && isOdd(value)) return { path, message: ODD_TEXT };
    if (typeof value !== "object" || value === null) continue;
    if (path.length === MAX_DEPTH) {
      return { path: path.slice(0, 1), message: `Nested more than ${MAX_DEPTH} deep` };
    }
    for (const [key, inner] of Object.entries(value)) {
      if (isOdd(key)) return { path, message: ODD_TEXT };
      toSee.push({ value: inner, path: [...path, key] });
    }
  }
  return undefined;
}

/** Whether PostgreSQL's `text` takes it as it is. */
export function isStorableText(text: string): boolean {
  return storable(text) === text;
}
