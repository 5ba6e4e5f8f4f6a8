/** How publications stand, by the name and shape of document 003. */
import { useEffect, useMemo, useState } from "react";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { isTerminal, type JobStatus } from "../../../../shared/words/statuses.ts";
import type { Loaded } from "../../api/job.ts";
import type { PublicationsSnapshot } from "../../api/publications.ts";
import { IDLE } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useChange } from "./use_change.ts";
import { usePublicationsStore } from "./use_publications.ts";
import { useStore } from "./use_store.ts";

export interface UsePublicationStatusOptions {
  /** Those to track. Left out: the user's latest, as `trackingDurationMinutes` says. Empty: none yet. */
  jobIds?: readonly string[];
  /** Whether what is there already is shown; false: only what changes or is enqueued from now on. Default true. */
  autoFetch?: boolean;
  /** Without `jobIds`: those enqueued within so many minutes before now, and those that have not ended. Default 10. */
  trackingDurationMinutes?: number;
}

export interface UsePublicationStatus {
  /** Newest first; of `jobIds` in their order. */
  jobs: readonly Publication[];
  /** By what is published, as the answer of `enqueue` calls it `platform`: `{instagram_feed: "completed"}`. The newest of each. */
  statusByPlatform: Readonly<Record<string, JobStatus>>;
  totalJobs: number;
  completedJobs: number;
}

const NAME = "[usePublicationStatus]";
const NONE: readonly Publication[] = [];

export function usePublicationStatus(
  { jobIds, autoFetch = true, trackingDurationMinutes = 10 }: UsePublicationStatusOptions = {},
): UsePublicationStatus {
  const { logger } = useEsteira();
  const store = usePublicationsStore(jobIds ?? { limit: 100 }, jobIds?.length !== 0);
  const { data } = useStore<Loaded<PublicationsSnapshot>>(store ?? IDLE);
  const now = useNow(jobIds === undefined);
  const known = useFirst(data);

  useChange(store, ({ data: now }, before) => {
    if (!now || !before?.data) return;
    for (const job of now.publications.filter((job) => !before.data?.publications.includes(job))) {
      const { id, option: platform, status, version } = job;
      logger.debug(`${NAME} Realtime update`, { id, platform, status, version });
    }
  });

  return useMemo(() => {
    const since = now - trackingDurationMinutes * 60_000;
    const jobs = (data?.publications ?? NONE).filter((job) =>
      (autoFetch || known?.get(job.id) !== job.version) &&
      (jobIds !== undefined || !isTerminal(job.status) || Date.parse(job.created_at) >= since)
    );
    return { jobs, ...countsOf(jobs) };
    // deno-lint-ignore react-rules-of-hooks -- whether there are ids is all that is asked of them
  }, [data, known, autoFetch, jobIds === undefined, trackingDurationMinutes, now]);
}

/** The time, twice a minute. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

/** The versions of the first snapshot: what was there already. */
function useFirst(data: PublicationsSnapshot | null): ReadonlyMap<string, number> | null {
  const [first, setFirst] = useState<ReadonlyMap<string, number> | null>(null);
  if (first !== null || data === null) return first;
  const versions = new Map(data.publications.map(({ id, version }) => [id, version]));
  setFirst(versions);
  return versions;
}

function countsOf(jobs: readonly Publication[]): Omit<UsePublicationStatus, "jobs"> {
  const oldestFirst = [...jobs].sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  return {
    statusByPlatform: Object.fromEntries(oldestFirst.map(({ option, status }) => [option, status])),
    totalJobs: jobs.length,
    completedJobs: jobs.filter(({ status }) => status === "completed").length,
  };
}
