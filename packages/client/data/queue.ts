/** A queue: the jobs of a filter, as far as they have been loaded, kept as the entities have them. */
import type { ClientJob, Loaded, QueueSnapshot, QueueStore } from "../api/job.ts";
import type { JobFilter } from "../api/esteira.ts";
import { createStore } from "../store/store.ts";
import type { Http } from "../http/http.ts";
import type { Entities, LearnedBy } from "./entities.ts";
import { isRefusal } from "./completeness.ts";
import { type JobReader, YOUNG_MS } from "./job_reader.ts";
import { type Page, readPage } from "./list_jobs.ts";
import { newestFirst, type Place } from "./place.ts";
import { MOST_ON_PAGE, readWindow, type Window } from "./read_window.ts";
import { fits, type Floor, isAbove, snapshotOf, viewOf } from "./queue_view.ts";

/** A queue that has grown by so many is cut back to what was asked for. */
const MOST_GROWTH = 200;

export interface Queue {
  readonly store: QueueStore;
  readonly isActive: () => boolean;
  shows(job: ClientJob): boolean;
  /** Entities have changed. */
  changed(): void;
  /** Reads all that is loaded anew. @throws what kept it from that */
  refresh(by: LearnedBy, signal?: AbortSignal): Promise<void>;
  reset(): void;
}

export interface QueueDeps {
  http: Http;
  entities: Entities;
  reader: JobReader;
  /** Called with rows that are not understood. */
  onOdd: (row: unknown) => void;
  /** Called when somebody begins to listen; what it returns, when nobody does any more. */
  onActive: (queue: Queue) => () => void;
}

const LOADING = { state: "loading", data: null, error: null } as const;

export function createQueue(
  filter: JobFilter,
  { http, entities, reader, onOdd, onActive }: QueueDeps,
): Queue {
  const size = Math.min(MOST_ON_PAGE, Math.max(1, filter.limit ?? 20));
  let floor: Floor;
  let cursor: string | null = null;
  /** How many were asked for: the first page, and those of `more`. */
  let wanted = size;
  let isActive = false;
  let life = 0;
  /** What was read and is not above the floor yet: needed, or a long queue would lose each page as it comes. */
  const arriving = new Set<string>();
  /**
   * Keys of what was created here and shown. Whoever learns late that one is real may have loaded none as old as it is: it
   * stays nevertheless, and the next read goes down to it.
   */
  const held = new Set<string>();
  /** Reads wait for each other: each moves the floor. */
  let last: Promise<unknown> = Promise.resolve();

  const store = createStore<Loaded<QueueSnapshot>>(LOADING, {
    onActive() {
      isActive = true;
      for (const job of store.getSnapshot().data?.jobs ?? []) entities.seed(job); // it may have been forgotten meanwhile
      show();
      const release = onActive(queue);
      return () => {
        isActive = false;
        release();
      };
    },
  });

  /** Shows what the entities have. Before the first page is there: what was created here. */
  function show(): void {
    const { state, data: before } = store.getSnapshot();
    const jobs = view();
    for (const job of jobs) {
      if (job.isCreating) held.add(job.key);
      else if (isAbove(job, floor)) held.delete(job.key);
    }
    if (floor === undefined && jobs.length === 0 && state === "loading") return;
    const data = snapshotOf(before, jobs, floor !== null);
    if (data !== before || state !== "ready") store.set({ state: "ready", data, error: null });
  }

  const view = () => viewOf(entities.all(), filter, floor, held);

  function oneAfterTheOther<T>(read: () => Promise<T>): Promise<T> {
    const begun = () => read().finally(() => arriving.clear());
    const next = last.then(begun, begun);
    last = next.catch(() => {});
    return next;
  }

  async function refresh(by: LearnedBy, signal?: AbortSignal): Promise<void> {
    const begun = life;
    const shown = view().length;
    const hasOutgrown = shown > wanted + MOST_GROWTH;
    if (hasOutgrown) held.clear();
    const window = await readWindow({
      size,
      wanted: floor === undefined || hasOutgrown ? wanted : 0,
      expected: hasOutgrown ? wanted : shown,
      down: () => hasOutgrown ? undefined : lowest(),
      async read(limit, cursor) {
        // The connection asks again by itself, and is to know soon that nobody answers.
        const once = signal && { signal, tries: 1 };
        const page = await readPage(http, filter, { limit, cursor, isPolled: true, odd: onOdd, ...once });
        if (begun !== life) return null;
        take(page, by);
        return page;
      },
    });
    if (!window) return;
    ({ end: floor, cursor } = window);
    show();
    await check(window, by);
  }

  function take({ jobs }: Page, by: LearnedBy): void {
    for (const { id } of jobs) arriving.add(id);
    entities.read(jobs, by);
  }

  /** The oldest that has been loaded, or is shown: what was created here before that stays. */
  function lowest(): Place | undefined {
    const shown = store.getSnapshot().data?.jobs.findLast(({ isCreating }) => !isCreating);
    return floor && (!shown || newestFirst(shown, floor) < 0) ? floor : shown;
  }

  /** What is shown and not in the list has been deleted, has changed, or is younger than the list: it is looked at. */
  async function check({ found, askedAt }: Window, by: LearnedBy): Promise<void> {
    const missing = view().filter((job) =>
      !job.isCreating && !found.has(job.id) && Date.parse(job.created_at) < askedAt - YOUNG_MS
    );
    await Promise.all(missing.map(({ id }) => reader.read(id, by)));
  }

  async function loadMore(): Promise<void> {
    if (floor === undefined) await refresh("answer");
    const begun = life;
    if (cursor === null) return;
    const page = await readPage(http, filter, { limit: size, cursor, odd: onOdd });
    if (begun !== life) return;
    take(page, "answer");
    cursor = page.nextCursor;
    const oldest = page.jobs.at(-1);
    floor = cursor !== null && oldest ? oldest : null;
    wanted += size;
    show();
  }

  const queue: Queue = {
    store: {
      subscribe: store.subscribe,
      getSnapshot: store.getSnapshot,
      getServerSnapshot: store.getServerSnapshot,
      more: () => oneAfterTheOther(loadMore),
    },
    isActive: () => isActive,
    shows: (job) =>
      isActive && fits(job, filter) &&
      (floor === undefined || isAbove(job, floor) || arriving.has(job.id) || held.has(job.key)),
    changed() {
      if (isActive) show();
    },
    refresh: (by, signal) =>
      oneAfterTheOther(() => refresh(by, signal)).catch((error) => {
        // The server's word on this list; what is only the network's is told by the connection.
        if (isRefusal(error)) store.set({ state: "failed", data: store.getSnapshot().data, error });
        throw error;
      }),
    reset() {
      life++;
      floor = undefined;
      cursor = null;
      wanted = size;
      held.clear();
      store.set(LOADING);
    },
  };
  return queue;
}
