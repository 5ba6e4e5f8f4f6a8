/** Keeps secrets out of what is printed. */

/** What stands in a secret's place. */
const HIDDEN = "***";
/** Whatever looks like a key or a token of Supabase's, whoever's it is; a password in an address. */
const SHAPES = [
  /\bsb[ps]_(?:[a-z0-9]+_)?[A-Za-z0-9_-]{16,}/g,
  /\bsb_secret_[A-Za-z0-9_-]+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
];

/** `text` without the `secrets`, and without what looks like one. */
export function redact(text: string, secrets: Iterable<string>): string {
  let hidden = text;
  for (const secret of secrets) if (secret.length > 3) hidden = hidden.replaceAll(secret, HIDDEN);
  for (const shape of SHAPES) hidden = hidden.replace(shape, HIDDEN);
  return hidden.replace(/(:\/\/[^:@/\s]+:)[^@/\s]+@/g, `$1${HIDDEN}@`);
}
