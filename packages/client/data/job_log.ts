/** The lines that document 002 looks for in the console. */
import type { Logger } from "../api/esteira.ts";
import type { JobNews } from "./arrivals.ts";
import type { ClientJob } from "../api/job.ts";

export interface JobLog {
  received(news: JobNews, type: string, userId: string | null): void;
  /** What is known before and after; `jobs` is only asked for where somebody reads it. */
  around<T>(jobs: () => Iterable<ClientJob>, change: () => T): T;
  polling(jobs: readonly ClientJob[]): void;
  finished(job: ClientJob): void;
}

/** @param isHeard whether lines go anywhere: if not, none is made */
export function createJobLog(logger: Logger, now: () => number, isHeard: boolean): JobLog {
  return {
    received(news, type, userId) {
      if (!isHeard) return;
      const isGone = news.type === "gone";
      logger.debug("[REALTIME] Job update received:", {
        timestamp: new Date(now()).toISOString(),
        userId,
        type,
        jobId: news.type === "told" ? news.told.row.id : isGone ? news.id : undefined,
        oldStatus: news.type === "told" ? news.oldStatus ?? undefined : undefined,
        newStatus: news.type === "told" ? news.told.row.status : undefined,
        hasNew: news.type === "told",
        hasOld: isGone || (news.type === "told" && news.told.oldVersion !== null),
      });
    },
    around(jobs, change) {
      if (!isHeard) return change();
      const before = idsOf(jobs());
      logger.debug("[REALTIME] Current jobs state:", { count: before.length, jobIds: before });
      const result = change();
      const after = idsOf(jobs());
      logger.debug("[REALTIME] Updated jobs state:", {
        count: after.length,
        jobIds: after,
        wasAdded: after.length > before.length,
        wasRemoved: after.length < before.length,
      });
      return result;
    },
    polling(jobs) {
      if (!isHeard) return;
      const details = { jobIds: idsOf(jobs), requestIds: jobs.flatMap((job) => job.request_id ?? []) };
      logger.debug("[POLLING] Checking job status:", details);
    },
    finished(job) {
      logger.debug("[POLLING] Job finished, stopping polling:", {
        jobId: job.id,
        requestId: job.request_id,
        status: job.status,
      });
    },
  };
}

const idsOf = (jobs: Iterable<ClientJob>) => [...jobs].map(({ id }) => id);
