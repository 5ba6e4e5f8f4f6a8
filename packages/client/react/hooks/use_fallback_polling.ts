/** Asks for a job every few seconds while a node waits for it, as document 002 has it. */
import { useEffect, useState } from "react";
import { isTerminal } from "../../../../shared/words/statuses.ts";
import type { Esteira } from "../../api/esteira.ts";
import type { ClientJob } from "../../api/job.ts";
import { createStore } from "../../store/store.ts";
import { findJob } from "./find_job.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useLatest } from "./use_latest.ts";
import { useStore } from "./use_store.ts";

const EVERY_MS = 5000;

export interface UseFallbackPollingOptions {
  /** Called once when it has ended, however it did: for `mutate`, for one. */
  onFinished?: (job: ClientJob) => void;
}

export interface UseFallbackPolling {
  /** As it was when last asked for. */
  job: ClientJob | null;
  isPolling: boolean;
}

/**
 * Polls every 5 s from the first render with `isGenerating` and an id on, until the job has ended, not while the page is
 * hidden. The client polls by itself while it is not live; this is for who does not rely on that.
 * @param id the job's, or its provider's request id; undefined: none yet
 */
export function useFallbackPolling(
  id: string | null | undefined,
  isGenerating: boolean,
  { onFinished }: UseFallbackPollingOptions = {},
): UseFallbackPolling {
  const client = useEsteira();
  const [polled] = useState(() => createStore<{ id: string; job: ClientJob } | null>(null));
  const latest = useLatest(onFinished);
  useEffect(() => {
    if (!id || !isGenerating) return;
    return poll(client, id, (job) => {
      polled.set({ id, job });
      if (isTerminal(job.status)) latest.current?.(job);
    });
  }, [client, id, isGenerating, polled, latest]);
  const last = useStore(polled);
  const job = last?.id === id ? last?.job ?? null : null;
  return { job, isPolling: Boolean(id) && isGenerating && !(job && isTerminal(job.status)) };
}

/** Polls until the job has ended or the returned function is called. */
function poll(client: Esteira, requestId: string, tell: (job: ClientJob) => void): () => void {
  const { logger } = client;
  let jobId: string | null = null;
  let isOver = false;
  let isAsking = false;
  logger.debug("[POLLING] Starting fallback polling:", { requestId });
  const interval = setInterval(() => void ask(), EVERY_MS);

  async function ask() {
    if (isAsking || document.visibilityState === "hidden") return;
    isAsking = true;
    logger.debug("[POLLING] Checking job status:", { requestId });
    try {
      const job = jobId ? await client.jobs.get(jobId) : await findJob(client, requestId);
      if (isOver || !job) return;
      jobId = job.id;
      if (isTerminal(job.status)) {
        logger.debug("[POLLING] Job finished, stopping polling:", { requestId, status: job.status });
        stop();
      }
      tell(job);
    } catch (error) {
      if (!isOver) logger.error("[POLLING] Error checking job:", { requestId, error });
    } finally {
      isAsking = false;
    }
  }

  function stop() {
    isOver = true;
    clearInterval(interval);
  }

  return () => {
    logger.debug("[POLLING] Cleanup:", { requestId });
    stop();
  };
}
