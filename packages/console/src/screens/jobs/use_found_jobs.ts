/** The jobs that fit the filters, page by page. What is rare is looked for on and on, for a while. */
import { useEffect, useState } from "react";
import type { OpsError } from "../../data/ops_error.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import type { Filter } from "./filters.ts";
import type { JobLine, JobPage } from "./types.ts";

const PAGE = 50;
/** So many fill a window; then who reads says whether to go on. */
const ENOUGH = 30;
/** So many pages that are not full, of a quarter of a second each, are read before somebody has to ask for more. */
const MOST_PAGES = 12;

/** Whoever had to look through so many asks again by time alone, and seldom: not with each thing that happens. */
const MANY = 2_000;
const SELDOM_MS = 60_000;

export interface FoundJobs {
  readonly jobs: readonly JobLine[];
  readonly lookedAt: number;
  readonly lookedUntil: string | null;
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  readonly isLooking: boolean;
  readonly error: OpsError | null;
  goOn(): void;
}

export function useFoundJobs(filter: Filter): FoundJobs {
  const [isCostly, setIsCostly] = useState(false);
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useOpsPages<JobPage>(
    "find_jobs",
    { p_filter: filter, p_limit: PAGE },
    { next: ({ next }) => next ? { p_after: next } : null },
    isCostly ? { every: SELDOM_MS } : { hints: "jobs" },
  );
  const pages = data?.pages ?? [];
  const jobs = pages.flatMap((page) => page.jobs);
  const last = pages.at(-1);
  const lookedAt = pages.reduce((sum, page) => sum + page.looked_at, 0);
  useEffect(() => setIsCostly(lookedAt > MANY), [lookedAt > MANY]);
  const isRare = jobs.length < ENOUGH && pages.length < MOST_PAGES && hasNextPage && !error;
  useEffect(() => {
    if (isRare && !isFetchingNextPage) void fetchNextPage();
  }, [isRare, isFetchingNextPage, fetchNextPage]);
  return {
    jobs: unique(jobs),
    lookedAt,
    lookedUntil: last?.looked_until ?? null,
    isComplete: last?.is_complete ?? false,
    isLoading: isPending,
    isLooking: isFetchingNextPage,
    error,
    goOn: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
  };
}

/** Pages that were read at different moments may both have a job. */
function unique(jobs: readonly JobLine[]): JobLine[] {
  return [...new Map(jobs.map((job) => [job.id, job])).values()];
}
