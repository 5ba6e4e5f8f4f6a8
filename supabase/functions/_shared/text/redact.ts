/** Makes what came from outside fit to be stored: without secrets, and without what PostgreSQL cannot hold. */
import { hideSignedTokens } from "./signed_tokens.ts";

/** What a secret, or a token, has at least. */
const SHORTEST_SECRET = 8;

/**
 * A copy of a JSON value in which every string and key that contains one of `secrets`, in whatever case of letters, or a
 * signed token, has it replaced by `[redacted]`, and every one is `storable`. Needed because providers echo what they
 * were sent, the callback URL and its token included (known-bugs.md, bug 23); and a token is compared by its value,
 * so it may come in capitals and be echoed in small letters.
 */
export function redact<T>(value: T, secrets: readonly (string | null | undefined)[]): T {
  const known = secrets.filter((secret): secret is string => !!secret && secret.length >= SHORTEST_SECRET)
    .map((secret) => new RegExp(secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"));
  const cleanText = (text: string) =>
    storable(
      text.length < SHORTEST_SECRET
        ? text
        : known.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), hideSignedTokens(text)),
    );
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return cleanText(part);
    if (Array.isArray(part)) return part.map(clean);
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [cleanText(key), clean(inner)]));
    }
    return part;
  };
  return clean(value) as T;
}

/** `text` without what PostgreSQL refuses in text and jsonb: NUL characters and halves of surrogate pairs become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
