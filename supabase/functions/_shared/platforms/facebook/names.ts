/** How a commit that was taken is named, where Facebook has named no post of it yet. */

/** By its video: what becomes of that is asked. */
export const VIDEO = "video:";
/** By the photo that is in a story: it is there, and its post's id is not known. */
export const PHOTO = "photo:";

/** The id behind a name that begins so; null where it does not. */
export function named(prefix: string, name: string): string | null {
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}
