/** Publications that somebody watches: by their ids, or by a filter. */
import type { VisibleJob } from "../../../../shared/rows/job.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { PublicationFilter, PublicationsSnapshot, PublicationsStore } from "../../api/publications.ts";
import { jobNewsOf } from "../arrivals.ts";
import { isRefusal } from "../completeness.ts";
import { createWatched } from "../watched_list.ts";
import type { PublishingDeps } from "./publishing_deps.ts";
import { afterRead, afterTold, fits, isOpen, LANE } from "./publication_state.ts";
import { noSuchPublication, readOne, readPage } from "./read_publications.ts";

export type Wanted = readonly string[] | PublicationFilter;

/** The store that is handed out, and what the client alone does with it: who holds the one keeps the other. */
export interface WatchedPublications extends PublicationsStore {
  /** The server has answered with this one. */
  learned(publication: Publication): void;
  /** There may be others by now. */
  changed(): void;
  reset(): void;
  close(): void;
}

const isIds = (of: Wanted): of is readonly string[] => Array.isArray(of);

export function watchPublications(
  of: Wanted,
  { http, link, surroundings, logger }: PublishingDeps,
): WatchedPublications {
  const known = new Map<string, Publication>();
  /** Those of which something was told since they were read; of a filter, which is read whole, none. */
  const told = new Set<string>();
  const size = isIds(of) ? of.length : Math.min(100, Math.max(1, of.limit ?? 20));
  let wanted = size;
  let listed: readonly string[] = isIds(of) ? of : [];
  let hasMore = false;

  const take = (row: Publication) => known.set(row.id, afterRead(known.get(row.id), row));
  const isShown = (publication: Publication) =>
    isIds(of) ? of.includes(publication.id) : fits(publication, of);

  function snapshot(): PublicationsSnapshot {
    const publications = listed.flatMap((id) => known.get(id) ?? []).filter(isShown);
    const before = watched.shown();
    const isSame = before?.hasMore === hasMore && before.publications.length === publications.length &&
      before.publications.every((one, i) => one === publications[i]);
    return isSame ? before : { publications, hasMore };
  }

  async function read(by: string, signal?: AbortSignal): Promise<PublicationsSnapshot> {
    const isAll = by !== "answer" || told.size === 0 || watched.shown() === null;
    if (isIds(of)) await readIds(isAll ? of : [...told], signal);
    else await readList(of, signal);
    return snapshot();
  }

  /** What is not there (any more) is left out. @throws not_found where none is there */
  async function readIds(ids: readonly string[], signal?: AbortSignal): Promise<void> {
    await Promise.all(ids.map(async (id) => {
      told.delete(id);
      try {
        take(await readOne(http, id, signal));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        known.delete(id);
      }
    }));
    if (ids.length > 0 && known.size === 0) throw noSuchPublication();
  }

  async function readList(filter: PublicationFilter, signal?: AbortSignal): Promise<void> {
    const rows: Publication[] = [];
    let cursor: string | null = null;
    do {
      const left = Math.min(100, wanted - rows.length);
      const page = await readPage(http, { ...filter, limit: left, ...cursor && { cursor } }, signal);
      rows.push(...page.publications);
      cursor = page.nextCursor;
    } while (cursor !== null && rows.length < wanted);
    const found = new Set(rows.map(({ id }) => id));
    for (const id of known.keys()) if (!found.has(id)) known.delete(id);
    rows.forEach(take);
    listed = [...found];
    hasMore = cursor !== null;
  }

  function heard(row: VisibleJob): void {
    if (row.lane !== LANE || (isIds(of) && !of.includes(row.id))) return;
    const before = known.get(row.id);
    const after = before && afterTold(before, row);
    if (after && after === before) return;
    if (after) known.set(row.id, after);
    if (isIds(of)) told.add(row.id);
    if (watched.shown()) watched.show(snapshot());
    watched.readSoon();
  }

  const watched = createWatched<PublicationsSnapshot>({
    link,
    surroundings,
    logger,
    read,
    heard({ event, payload }) {
      const news = jobNewsOf(event, payload);
      if (news?.type === "many") return watched.readSoon();
      if (news?.type === "told") return heard(news.told.row);
      if (news?.type === "gone" && known.delete(news.id) && watched.shown()) watched.show(snapshot());
    },
    isOpen: (data) => !isIds(of) || data === null || data.publications.some(isOpen),
  });

  return {
    ...watched.store,
    async more() {
      if (!hasMore) return;
      wanted += size;
      watched.show(await read("more"));
    },
    learned(publication) {
      const isKnown = isIds(of) ? of.includes(publication.id) : known.has(publication.id);
      if (watched.shown() === null || !(isKnown || isShown(publication))) return;
      if (!isKnown) listed = [publication.id, ...listed];
      take(publication);
      watched.show(snapshot());
    },
    changed: () => {
      if (watched.shown()) watched.readSoon();
    },
    reset() {
      known.clear();
      told.clear();
      listed = isIds(of) ? of : [];
      hasMore = false;
      wanted = size;
      watched.reset();
    },
    close: () => watched.close(),
  };
}
