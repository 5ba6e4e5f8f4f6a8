/** Media types as Esteira writes them. SQL says the same: `private.media_type`. */

/** One name where there are several. */
const SAME: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "video/x-quicktime": "video/quicktime",
};

const SPACE = " \t\r\n";

/** In small letters, without parameters, by its one name: `IMAGE/JPG; q=1` is `image/jpeg`. Null for none. */
export function mediaType(type: string | null | undefined): string | null {
  const bare = withoutSpace((type ?? "").split(";")[0] ?? "").replace(
    /[A-Z]/g,
    (letter) => letter.toLowerCase(),
  );
  if (bare === "") return null;
  return Object.hasOwn(SAME, bare) ? SAME[bare] ?? bare : bare;
}

/** Without the white space of HTTP at both ends; what Unicode has of it besides is part of no media type. */
function withoutSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.includes(text.charAt(start))) start++;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether a type is one of `types`, however each of them is written. */
export function isOneOfTypes(type: string | null | undefined, types: readonly string[]): boolean {
  const one = mediaType(type);
  return one !== null && types.some((other) => mediaType(other) === one);
}
