/** Makes what came from outside fit to be stored: without secrets, and without what PostgreSQL cannot hold. */

// What signs the address of a stored file: a token in three parts (RFC 7519), of which the first begins so.
const SIGNED_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/**
 * A copy of a JSON value in which every string and key that contains one of `secrets`, in whatever case of letters, or a
 * signed token, has it replaced by `[redacted]`, and every one is `storable`. Needed because providers echo what they
 * were sent, the callback URL and its token included (known-bugs.md, bug 23); and a token is compared by its value,
 * so it may come in capitals and be echoed in small letters.
 */
export function redact<T>(value: T, secrets: readonly (string | null | undefined)[]): T {
  const known = secrets.filter((secret): secret is string => !!secret && secret.length >= 8)
    .map((secret) => new RegExp(secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"));
  const cleanText = (text: string) =>
    storable([SIGNED_TOKEN, ...known].reduce((text, secret) => text.replaceAll(secret, "[redacted]"), text));
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
