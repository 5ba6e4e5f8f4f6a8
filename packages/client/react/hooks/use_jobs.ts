/** The user's jobs, live, newest first. */
import { useMemo } from "react";
import type { JobFilter } from "../../api/esteira.ts";
import type { ClientJob, Loaded, QueueSnapshot, QueueStore } from "../../api/job.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { pacedStore } from "./paced_store.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseJobs extends LiveState {
  /** What was just created is there at once. Empty until it is read. */
  jobs: readonly ClientJob[];
  /** Whether there are older ones. */
  hasMore: boolean;
  /** Loads the next page; resolves when it is there. */
  more: () => Promise<void>;
}

/**
 * A filter is compared by what it says: it may be another object at every render. Renders with every change; of more
 * jobs than a screen shows, once a frame at most; of hundreds `JobList` renders those that have changed.
 */
export function useJobs(filter: JobFilter = {}, { enabled = true }: LiveOptions = {}): UseJobs {
  const queue = useQueueStore(filter, enabled);
  const snapshot = useStore(useMemo(() => pacedStore(queue ?? IDLE, isSmall), [queue]));
  return {
    jobs: snapshot.data?.jobs ?? NONE,
    hasMore: snapshot.data?.hasMore ?? false,
    more: queue?.more ?? nothingMore,
    ...liveState(snapshot, queue !== null),
  };
}

/** Of so few jobs a click is seen in the same moment. */
const FEW = 50;
const isSmall = ({ data }: Loaded<QueueSnapshot>): boolean => (data?.jobs.length ?? 0) <= FEW;

const NONE: readonly ClientJob[] = [];
const nothingMore = () => Promise.resolve();

/** The store of a filter's jobs, the same for what says the same; null while it is not enabled. */
export function useQueueStore({ status, tool, limit }: JobFilter, enabled: boolean): QueueStore | null {
  const { jobs } = useEsteira();
  const said = JSON.stringify([status && [...status].sort(), tool, limit]);
  return useMemo(
    () =>
      enabled ? jobs.queue({ ...status && { status }, ...tool && { tool }, ...limit && { limit } }) : null,
    // deno-lint-ignore react-rules-of-hooks -- `said` is the filter
    [jobs, enabled, said],
  );
}
