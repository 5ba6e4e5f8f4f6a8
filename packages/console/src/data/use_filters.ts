/** What a screen is narrowed to, kept in the page's address: so that every view has one that can be sent to somebody. */
import { useNavigate, useSearch } from "@tanstack/react-router";

/** The address's query: texts alone, so that an id of digits stays one. */
export type Search = Readonly<Record<string, string>>;
/** What to change of it; undefined or empty takes a filter away. */
export type SearchPatch = Readonly<Record<string, string | undefined>>;

/** The search as it is, and what changes it. `isReplacing`: without a step that "back" would lead to, as when typing. */
export function useFilters(): [Search, (patch: SearchPatch, options?: { isReplacing?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = (patch: SearchPatch, { isReplacing = false } = {}) =>
    void navigate({
      to: ".",
      // On what the address is by then: two changes may follow one another before the page is drawn anew.
      search: ((before: Search) => patched(before, patch)) as never,
      replace: isReplacing,
    });
  return [search, change];
}

export function patched(search: Search, patch: SearchPatch): Search {
  const next = Object.entries({ ...search, ...patch });
  return Object.fromEntries(next.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** What goes into an `href`: `hrefTo("/jobs", { lane: "fal" })` is `/jobs?lane=fal`. */
export function hrefTo(path: string, search: SearchPatch = {}): string {
  const query = new URLSearchParams(patched({}, search) as Record<string, string>).toString();
  return query ? `${path}?${query}` : path;
}
