/** Media types as Esteira writes them. SQL says the same: `private.media_type`. */

/** One name where there are several. */
const SAME: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "video/x-quicktime": "video/quicktime",
};

/** In small letters, without parameters, by its one name: `IMAGE/JPG; q=1` is `image/jpeg`. Null for none. */
export function mediaType(type: string | null | undefined): string | null {
  const bare = (type ?? "").split(";")[0]?.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? "";
  if (bare === "") return null;
  return Object.hasOwn(SAME, bare) ? SAME[bare] ?? bare : bare;
}

/** Whether a type is one of `types`, however each of them is written. */
export function isOneOfTypes(type: string | null | undefined, types: readonly string[]): boolean {
  const one = mediaType(type);
  return one !== null && types.some((other) => mediaType(other) === one);
}
