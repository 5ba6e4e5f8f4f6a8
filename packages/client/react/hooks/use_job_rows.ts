/** A queue as rows: which there are, and what each shows. A change is the matter of its own row alone. */
import { useMemo, useSyncExternalStore } from "react";
import type { JobFilter } from "../../api/esteira.ts";
import type { ClientJob, Loaded, QueueSnapshot } from "../../api/job.ts";
import type { Store } from "../../store/store.ts";
import { IDLE, type LiveState, liveState } from "./loaded.ts";
import { pacedStore } from "./paced_store.ts";
import { useQueueStore } from "./use_jobs.ts";

export type Rows = Store<Loaded<QueueSnapshot>>;

/** What a list has to know besides its rows: it is the same object while only rows have changed. */
interface Outline {
  readonly keys: readonly string[];
  readonly hasMore: boolean;
  readonly state: Loaded<unknown>["state"];
  readonly error: Error | null;
}

export interface UseJobRows extends LiveState {
  /** The keys of the jobs, newest first. */
  keys: readonly string[];
  hasMore: boolean;
  more: () => Promise<void>;
  /** For `useJobRow`. */
  rows: Rows;
}

/** The outline of `filter`'s jobs: rendered anew when a job comes or goes, not when one changes. */
export function useJobRows(filter: JobFilter): UseJobRows {
  const queue = useQueueStore(filter, true);
  const [rows, outline] = useMemo(() => [pacedStore(queue ?? IDLE), createOutline()], [queue]);
  const { keys, hasMore, state, error } = useSyncExternalStore(
    rows.subscribe,
    () => outline(rows.getSnapshot()),
    () => outline(rows.getServerSnapshot()),
  );
  const live = liveState({ state, error, data: null } as Loaded<unknown>, true);
  return { keys, hasMore, more: queue?.more ?? nothingMore, rows, ...live };
}

/** The job of a row: rendered anew when that changes. Null: it has just gone. */
export function useJobRow(rows: Rows, key: string): ClientJob | null {
  const read = (snapshot: Loaded<QueueSnapshot>) => byKey(snapshot.data).get(key) ?? null;
  return useSyncExternalStore(
    rows.subscribe,
    () => read(rows.getSnapshot()),
    () => read(rows.getServerSnapshot()),
  );
}

const nothingMore = () => Promise.resolve();

function createOutline(): (loaded: Loaded<QueueSnapshot>) => Outline {
  let last: Outline | undefined;
  let seen: Loaded<QueueSnapshot> | undefined;
  return (loaded) => {
    if (last && loaded === seen) return last;
    seen = loaded;
    const { state, error, data } = loaded;
    const jobs = data?.jobs ?? [];
    const hasMore = data?.hasMore ?? false;
    const isSame = last?.state === state && last.error === error && last.hasMore === hasMore &&
      last.keys.length === jobs.length && last.keys.every((key, i) => key === jobs[i]?.key);
    return last = isSame && last ? last : { keys: jobs.map(({ key }) => key), hasMore, state, error };
  };
}

const indexes = new WeakMap<QueueSnapshot, ReadonlyMap<string, ClientJob>>();
const NOTHING: ReadonlyMap<string, ClientJob> = new Map();

/** The jobs of a snapshot by key, put together once for all rows. */
function byKey(snapshot: QueueSnapshot | null): ReadonlyMap<string, ClientJob> {
  if (!snapshot) return NOTHING;
  const known = indexes.get(snapshot);
  if (known) return known;
  const index = new Map(snapshot.jobs.map((job) => [job.key, job]));
  indexes.set(snapshot, index);
  return index;
}
