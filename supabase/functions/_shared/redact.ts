/** Makes what came from outside fit to be stored: without secrets, and without what PostgreSQL cannot hold. */

// What signs the address of a stored file: a token in three parts (RFC 7519), of which the first begins so.
const SIGNED_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/**
 * A copy of a JSON value in which every string that contains one of `secrets`, or a signed token, has it replaced by
 * `[redacted]`, and every string is `storable`. Needed because providers echo what they were sent, the callback URL
 * and its token included (providers.md §7, bug 23).
 */
export function redact<T>(value: T, secrets: readonly (string | null | undefined)[]): T {
  const known = secrets.filter((secret): secret is string => !!secret && secret.length >= 8);
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") {
      const text = part.replaceAll(SIGNED_TOKEN, "[redacted]");
      return storable(known.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), text));
    }
    if (Array.isArray(part)) return part.map(clean);
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [storable(key), clean(inner)]));
    }
    return part;
  };
  return clean(value) as T;
}

/** `text` without what PostgreSQL refuses in text and jsonb: NUL characters and halves of surrogate pairs become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
