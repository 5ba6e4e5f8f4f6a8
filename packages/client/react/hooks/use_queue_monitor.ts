/** The user's jobs in the words of document 002. The console lines of its checklist are the client's: see `logger`. */
import { useMemo, useState } from "react";
import { type FalJob, type JobUpdatePayload, toFalJob } from "../../../../shared/rows/documents.ts";
import type { Logger } from "../../api/esteira.ts";
import type { ClientJob } from "../../api/job.ts";
import { createStore } from "../../store/store.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { mergeFalJobs, withFalJob } from "./merge_fal_jobs.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useQueueStore } from "./use_jobs.ts";
import { useStore } from "./use_store.ts";

export interface UseQueueMonitorOptions extends LiveOptions {
  /** Which tools' jobs. Default: those of the view `fal_jobs`, `image` and `video`; null: all. */
  tools?: readonly string[] | null;
}

export interface UseQueueMonitor extends LiveState {
  /** Newest first, each once. */
  jobs: readonly FalJob[];
  /** Shows a job before the queue knows it. What `jobs.create` and `useCreateJob` make is there without it. */
  addJobOptimistically: (job: AddedJob) => void;
  /** Takes over a change that reached the app in another way. What Realtime tells is there without it. */
  handleJobUpdate: (payload: Pick<JobUpdatePayload, "type" | "new" | "old">) => void;
}

/** As document 002 adds it: without an owner, who is the user. */
export type AddedJob = Omit<FalJob, "userId"> & { userId?: string };

const SHOWN = ["image", "video"] as const;
const NO_JOBS: readonly ClientJob[] = [];

export function useQueueMonitor(
  { enabled = true, tools = SHOWN }: UseQueueMonitorOptions = {},
): UseQueueMonitor {
  const { logger } = useEsteira();
  const queue = useQueueStore({ limit: 100 }, enabled);
  const snapshot = useStore(queue ?? IDLE);
  const [added] = useState(() => createStore<readonly FalJob[]>([]));
  const extra = useStore(added);
  const shown = tools?.join() ?? null;
  const known = useMemo(
    () => shownJobs(snapshot.data?.jobs ?? NO_JOBS, shown?.split(",") ?? null),
    [snapshot.data, shown],
  );
  const jobs = useMemo(() => mergeFalJobs(known, extra), [known, extra]);

  const { addJobOptimistically, handleJobUpdate } = useMemo(() => {
    const put = (job: FalJob) => added.set(withFalJob(added.getSnapshot(), job));
    return {
      addJobOptimistically: (job: AddedJob) => put({ userId: "", ...job }),
      handleJobUpdate: (payload: Pick<JobUpdatePayload, "type" | "new" | "old">) => {
        const before = added.getSnapshot();
        const old = payload.old;
        if (payload.type !== "DELETE" && payload.new) put(payload.new);
        else if (old) added.set(before.filter(({ id }) => id !== old.id));
        logUpdate(logger, payload, before.map(({ id }) => id), added.getSnapshot().map(({ id }) => id));
      },
    };
  }, [added, logger]);

  return { jobs, addJobOptimistically, handleJobUpdate, ...liveState(snapshot, queue !== null) };
}

function shownJobs(jobs: readonly ClientJob[], tools: readonly string[] | null): readonly FalJob[] {
  return jobs.filter(({ tool }) => tools === null || tools.includes(tool)).map((job) => toFalJob(job));
}

/** The lines that the client writes for what Realtime tells, for what comes in another way. */
function logUpdate(
  logger: Logger,
  { type, new: now, old }: Pick<JobUpdatePayload, "type" | "new" | "old">,
  before: readonly string[],
  after: readonly string[],
): void {
  logger.debug("[REALTIME] Job update received:", {
    timestamp: new Date().toISOString(),
    userId: now?.userId,
    type,
    jobId: now?.id ?? old?.id,
    oldStatus: old?.status,
    newStatus: now?.status,
    hasNew: now !== undefined,
    hasOld: old !== undefined,
  });
  logger.debug("[REALTIME] Current jobs state:", { count: before.length, jobIds: before });
  logger.debug("[REALTIME] Updated jobs state:", {
    count: after.length,
    jobIds: after,
    wasAdded: after.length > before.length,
    wasRemoved: after.length < before.length,
  });
}
