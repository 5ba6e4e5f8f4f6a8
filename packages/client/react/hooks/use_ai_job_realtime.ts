/** A job in the words of document 000, with the console lines that its checklist asks for. */
import { useMemo } from "react";
import { type AiJob, type AiJobStatus, toAiJob } from "../../../../shared/rows/documents.ts";
import type { ClientJob } from "../../api/job.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useChange } from "./use_change.ts";
import { useJobStore } from "./use_job.ts";
import { useStore } from "./use_store.ts";

const NAME = "[useAiJobRealtime]";

export interface UseAiJobRealtime extends LiveState {
  /** Null until it is read. */
  job: AiJob | null;
  /** `PENDING` → `STARTED` → `PROCESSING` → `COMPLETED`, or `FAILED`, `CANCELLED`; null until it is read. */
  status: AiJobStatus | null;
  /** In percent; null where nobody knows. */
  progress: number | null;
  /** Whether changes are told as they happen. Else they are asked for. */
  isSubscribed: boolean;
}

/**
 * The lines go to the client's `logger`. They name the channel `ai_job:<id>`, as the document does; the one channel that
 * brings all jobs of the user is `jobs:<user>`.
 */
export function useAiJobRealtime(
  jobId: string | null | undefined,
  { enabled = true }: LiveOptions = {},
): UseAiJobRealtime {
  const { connection, logger } = useEsteira();
  const store = useJobStore(enabled ? jobId : null);
  const isOn = store !== IDLE;
  const snapshot = useStore(store);
  const { status: connected } = useStore(connection);
  const job = useMemo(() => snapshot.data && aiJobOf(snapshot.data), [snapshot.data]);

  useChange(isOn ? store : null, ({ data }, before) => {
    if (before === undefined) logger.debug(`${NAME} Subscribing to channel: ai_job:${jobId}`);
    if (data && data !== before?.data) logger.debug(`${NAME} Received update:`, aiJobOf(data));
  });
  useChange(isOn ? connection : null, ({ status, reason }, before) => {
    if (status === before?.status) return;
    logger.debug(
      `${NAME} Subscription status: ${status === "live" ? "SUBSCRIBED" : `${status} (${reason})`}`,
    );
  });

  return {
    job,
    status: job?.status ?? null,
    progress: job?.progress ?? null,
    isSubscribed: isOn && connected === "live",
    ...liveState(snapshot, isOn),
  };
}

function aiJobOf(job: ClientJob): AiJob {
  return toAiJob({ ...job, output: job.output && { ...job.output, files: [...job.output.files] } });
}
