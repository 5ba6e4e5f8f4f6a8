/** What the list of jobs is narrowed to: texts in the page's address, under the names that `ops_api.find_jobs` knows. */
import type { Search } from "../../data/use_filters.ts";

/** Of these there may be several, with commas between them. */
const LISTS = ["status", "tool", "lane", "step", "failed_step", "error_code", "refund", "job_ids"] as const;
const TEXTS = ["text", "path", "user_id", "user_email", "created_from", "created_to"] as const;
const CHOICES = ["has_retry", "is_retry"] as const;
const NUMBERS = ["slower_than_ms", "waited_over_ms", "ran_over_ms"] as const;

export const FILTERS = [...TEXTS, ...LISTS, ...CHOICES, ...NUMBERS] as const;
export type FilterName = typeof FILTERS[number];

export type FilterValue = string | readonly string[] | boolean | number;
/** A filter as SQL takes it. */
export type Filter = Readonly<Record<string, FilterValue>>;

export function listOf(search: Search, name: FilterName): string[] {
  return (search[name] ?? "").split(",").map((value) => value.trim()).filter(Boolean);
}

/** What is filled in, in the order of the bar. What the address has besides is no filter. */
export function shownFilters(search: Search): FilterName[] {
  return FILTERS.filter((name) => search[name]);
}

/** The address as the filter of a call. What cannot be read is sent as it is, so that SQL says what is wrong with it. */
export function filterOf(search: Search): Filter {
  return Object.fromEntries(shownFilters(search).map((name) => [name, valueOf(search, name)]));
}

function valueOf(search: Search, name: FilterName): FilterValue {
  const text = search[name] ?? "";
  if (includes(LISTS, name)) {
    const list = listOf(search, name);
    return list.length === 1 && name !== "job_ids" ? list[0]! : list;
  }
  if (includes(CHOICES, name) && /^(true|false)$/.test(text)) return text === "true";
  if (includes(NUMBERS, name) && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return text;
}

/** The words that actions know too (docs/acting.md), each with one value. */
const ACTABLE: readonly FilterName[] = [
  "job_ids",
  "user_id",
  "tool",
  "lane",
  "status",
  "error_code",
  "created_from",
  "created_to",
];

/** The same jobs as an action's filter; null: no action knows these words, and jobs have to be named one by one. */
export function actionFilterOf(search: Search): Filter | null {
  const names = shownFilters(search);
  const isActable = names.length > 0 &&
    names.every((name) =>
      ACTABLE.includes(name) && (name === "job_ids" || typeof valueOf(search, name) === "string")
    );
  return isActable ? filterOf(search) : null;
}

/** A moment of the address as a field of the page has it, in the reader's time; empty: it is none. */
export function localOf(iso: string | undefined): string {
  const at = new Date(iso ?? "");
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** And back. */
export function isoOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}

function includes<T extends string>(list: readonly T[], name: string): name is T {
  return (list as readonly string[]).includes(name);
}
