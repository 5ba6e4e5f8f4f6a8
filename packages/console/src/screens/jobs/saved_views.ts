/** Views that a reader has named, kept on this device: an address and what it is called. */
import type { Search } from "../../data/use_filters.ts";

export interface SavedView {
  readonly name: string;
  readonly search: Search;
}

/** More than anybody tells apart. */
const MOST = 30;

/** What was kept; what is not as it should be is left out. */
export function readViews(kept: string | null): SavedView[] {
  try {
    const views: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(views) ? views.filter(isView) : [];
  } catch {
    return [];
  }
}

/** With one more, the last; one of the same name makes way. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter(({ name }) => name !== view.name), view].slice(-MOST);
}

export function withoutView(views: readonly SavedView[], name: string): SavedView[] {
  return views.filter((view) => view.name !== name);
}

/** Whether an address shows just this. */
export function isShown(view: Search, search: Search): boolean {
  const filled = (of: Search) => JSON.stringify(Object.entries(of).filter(([, value]) => value).toSorted());
  return filled(view) === filled(search);
}

function isView(view: unknown): view is SavedView {
  if (typeof view !== "object" || view === null) return false;
  const { name, search } = view as Record<string, unknown>;
  return typeof name === "string" && name !== "" && typeof search === "object" && search !== null &&
    Object.values(search).every((value) => typeof value === "string");
}
