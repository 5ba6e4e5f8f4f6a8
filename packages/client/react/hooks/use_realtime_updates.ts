/** Callbacks for what changes, as document 001's page has them, whichever way the changes come. */
import { useMemo } from "react";
import type { Model, ModelStatus } from "../../../../shared/rows/model.ts";
import type { JobStatus } from "../../../../shared/words/statuses.ts";
import type { ClientJob } from "../../api/job.ts";
import type { LiveOptions } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useChange } from "./use_change.ts";
import { useQueueStore } from "./use_jobs.ts";

const NAME = "[useRealtimeUpdates]";

export interface UseRealtimeUpdatesOptions extends LiveOptions {
  /** A model was made, or its status or progress has changed. */
  onModelStatusChange?: (modelId: string, status: ModelStatus, data: Model) => void;
  /** A job was made or has changed. */
  onJobUpdate?: (jobId: string, status: JobStatus, data: ClientJob) => void;
  /** Changes are told as they happen, from now on. */
  onConnected?: () => void;
}

/**
 * What is there when it begins is no change, and is not told. What changed while the connection was lost is told when it is
 * back: once, as it stands then. Callbacks may be others at every render.
 */
export function useRealtimeUpdates(
  { enabled = true, onModelStatusChange, onJobUpdate, onConnected }: UseRealtimeUpdatesOptions,
): void {
  const { connection, models, logger } = useEsteira();
  const watchesModels = enabled && onModelStatusChange !== undefined;
  const modelStore = useMemo(() => watchesModels ? models.watch() : null, [models, watchesModels]);
  const jobStore = useQueueStore({ limit: 100 }, enabled && onJobUpdate !== undefined);

  useChange(enabled ? connection : null, ({ status, via }, before) => {
    if (status !== "live" || before?.status === "live") return;
    if (via === "sse") logger.debug("✅ SSE connection opened - event-driven system active");
    onConnected?.();
  });

  const heard = (type: string, event: Record<string, unknown>) => {
    logger.debug(`📨 ${NAME} RAW SSE message received`);
    logger.debug(`📥 ${NAME} SSE event parsed:`, { type, ...event });
  };

  useChange(modelStore, ({ data: now }, before) => {
    if (!before?.data) return;
    for (const model of now ?? []) {
      const { id: modelId, status, progress } = model;
      const old = before.data.find(({ id }) => id === modelId);
      if (old && old.status === status && old.progress === progress) continue;
      heard("model_status_changed", { modelId, status, progress });
      onModelStatusChange?.(modelId, status, model);
    }
  });

  useChange(jobStore, ({ data: now }, before) => {
    if (!before?.data) return;
    const { jobs: old, hasMore } = before.data;
    for (const job of now?.jobs ?? []) {
      const was = old.find(({ key, id }) => key === job.key || id === job.id);
      if (job.isCreating || (was?.version === job.version && !was.isCreating)) continue;
      if (!was && hasMore && isOlder(job, old)) continue; // only the next page
      heard("job_updated", { jobId: job.id, status: job.status, version: job.version });
      onJobUpdate?.(job.id, job.status, job);
    }
  });
}

function isOlder(job: ClientJob, jobs: readonly ClientJob[]): boolean {
  return jobs.every(({ created_at }) => created_at > job.created_at);
}
