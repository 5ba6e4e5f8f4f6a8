/** What the screen is narrowed to: texts in the page's address, under the names that `ops_api` knows. */
import { hrefTo, type Search, type SearchPatch } from "../../data/use_filters.ts";

export const VIEWS = ["calendar", "groups", "unknown", "analytics"] as const;
export type View = typeof VIEWS[number];

const NAMES = ["platform", "state", "user_id", "user_email", "connection_id"] as const;
/** Views that show publications of one state, or count all of them, know no filter by state. */
const WITHOUT_STATE: readonly View[] = ["unknown", "analytics"];

export function viewOf(search: Search): View {
  return VIEWS.find((view) => view === search["view"]) ?? "calendar";
}

export const knowsState = (view: View) => !WITHOUT_STATE.includes(view);

/** The address as a filter of SQL. What cannot be read is sent as it is, so that SQL says what is wrong with it. */
export function filterOf(search: Search, view: View): Readonly<Record<string, string>> {
  const known = NAMES.filter((name) => name !== "state" || knowsState(view));
  return Object.fromEntries(known.flatMap((name) => search[name] ? [[name, search[name]]] : []));
}

/** Whose publications: an e-mail or an id, as somebody has typed it. */
export function userPatch(typed: string): SearchPatch {
  const text = typed.trim();
  return text.includes("@")
    ? { user_email: text, user_id: undefined }
    : { user_id: text || undefined, user_email: undefined };
}

export const nothingOf: SearchPatch = Object.fromEntries(NAMES.map((name) => [name, undefined]));

export const isNarrowed = (search: Search, view: View) => Object.keys(filterOf(search, view)).length > 0;

/** The screen as it is, but for a patch. */
export function publicationsHref(search: Search, patch: SearchPatch): string {
  return hrefTo("/publications", { ...search, ...patch });
}

/** Failed jobs of publishing, on the screen of jobs. */
export function failedJobsHref(search: Search, more: SearchPatch): string {
  return hrefTo("/jobs", {
    lane: "publication",
    status: "failed",
    user_id: search["user_id"],
    user_email: search["user_email"],
    ...more,
  });
}
