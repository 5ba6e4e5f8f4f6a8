/** A page of a list: lists are asked for one entry more than a page holds, which tells whether there is another page. */

/** Cuts what was found to `limit` entries. `cursorOf` names the last one's place, where the next page begins. */
export function pageOf<T>(
  found: T[],
  limit: number,
  cursorOf: (last: T) => string,
): { page: T[]; nextCursor: string | null } {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last === undefined ? null : cursorOf(last) };
}
