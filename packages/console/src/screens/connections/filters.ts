/** What the screen is narrowed to: texts in the page's address, under the names that `ops_api.connections` knows. */
import { hrefTo, type Search, type SearchPatch } from "../../data/use_filters.ts";

const NAMES = ["platform", "state", "user_id", "text"] as const;

export function filterOf(search: Search): Readonly<Record<string, string>> {
  return Object.fromEntries(NAMES.flatMap((name) => search[name] ? [[name, search[name]]] : []));
}

/** The screen as it is, but for a patch. */
export function connectionsHref(search: Search, patch: SearchPatch): string {
  return hrefTo("/connections", { ...search, ...patch });
}

/** What waits for a connection, was published with it, or failed. */
export function publicationsOf(id: string, more: SearchPatch = {}): string {
  return hrefTo("/publications", { connection_id: id, ...more });
}
