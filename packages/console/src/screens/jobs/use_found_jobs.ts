/** The jobs that fit the filters, page by page. What is rare is looked for on and on, for a while. */
import { useEffect } from "react";
import type { OpsError } from "../../data/ops_error.ts";
import { useOpsPages } from "../../data/use_ops.ts";
import type { Filter } from "./filters.ts";
import type { JobLine, JobPage } from "./types.ts";

const PAGE = 50;
/** So many fill a window; then who reads says whether to go on. */
const ENOUGH = 30;
/** So many pages that are not full, of a quarter of a second each, are read before somebody has to ask for more. */
const MOST_PAGES = 12;

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
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useOpsPages<JobPage>(
    "find_jobs",
    { p_filter: filter, p_limit: PAGE },
    { next: ({ next }) => next ? { p_after: next } : null },
    { hints: "jobs" },
  );
  const pages = data?.pages ?? [];
  const jobs = pages.flatMap((page) => page.jobs);
  const last = pages.at(-1);
  const isRare = jobs.length < ENOUGH && pages.length < MOST_PAGES && hasNextPage && !error;
  useEffect(() => {
    if (isRare && !isFetchingNextPage) void fetchNextPage();
  }, [isRare, isFetchingNextPage, fetchNextPage]);
  return {
    jobs: unique(jobs),
    lookedAt: pages.reduce((sum, page) => sum + page.looked_at, 0),
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
