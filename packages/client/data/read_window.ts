/** Reading a list of jobs from the newest one down, as far as somebody has looked. */
import type { Page } from "./list_jobs.ts";
import { newestFirst, type Place } from "./place.ts";
import type { Floor } from "./queue_view.ts";

/** As many as the server puts on a page. */
export const MOST_ON_PAGE = 100;
/** No more pages than this are read: whoever was away for longer begins again at the newest. */
const MOST_PAGES = 10;

export interface Window {
  /** The ids of all that is in it. */
  readonly found: ReadonlySet<string>;
  /** Its oldest job; null: there is nothing older. */
  readonly end: Floor;
  /** Where the next page begins. */
  readonly cursor: string | null;
  /** When the first of its pages was asked for. */
  readonly askedAt: number;
}

export interface WindowWish {
  /** Reads a page and takes it over; null: it is of no use any more. */
  read: (limit: number, cursor: string | null) => Promise<Page | null>;
  /** How many are on a page, and how many are wanted at least. */
  size: number;
  wanted: number;
  /** How many are there, as far as one knows: asked for on as few pages as can be. */
  expected: number;
  /** The oldest job that is to be in it, by what is shown after each page; undefined: none. */
  down: () => Place | undefined;
}

/** Reads down to where all of it is in the window; null when a page is of no use any more. */
export async function readWindow({ read, size, wanted, expected, down }: WindowWish): Promise<Window | null> {
  const found = new Set<string>();
  let askedAt = Infinity;
  let cursor: string | null = null;
  for (let pages = 1;; pages++) {
    const missing = Math.ceil(expected / size) * size - found.size;
    const page: Page | null = await read(Math.min(MOST_ON_PAGE, Math.max(size, missing)), cursor);
    if (!page) return null;
    askedAt = Math.min(askedAt, page.askedAt);
    for (const { id } of page.jobs) found.add(id);
    cursor = page.nextCursor;
    const end = cursor === null ? null : page.jobs.at(-1) ?? null;
    const isDown = end === null || (found.size >= wanted && reaches(end, down()));
    if (isDown || pages === MOST_PAGES) return { found, end, cursor, askedAt };
  }
}

/** Whether a list that ends with `end` holds all that one down to `down` does. */
const reaches = (end: Place, down: Place | undefined): boolean => !down || newestFirst(down, end) <= 0;
