/** A job as it is looked into: the user's own live, anybody's as an admin may read it. */
import { useMemo } from "react";
import type { ClientJob } from "../../api/job.ts";
import { askedStore } from "./asked_store.ts";
import { IDLE } from "./loaded.ts";
import { readAnyJob } from "./read_evidence.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useJob } from "./use_job.ts";
import { useStore } from "./use_store.ts";

export interface InspectedJob {
  job: ClientJob | null;
  error: Error | null;
  /** Whether it is the user's own, who may do it again. */
  isOwn: boolean;
}

export function useInspectedJob(jobId: string): InspectedJob {
  const client = useEsteira();
  const { job: own, error } = useJob(jobId);
  const isElsewhere = own === null && error !== null && "code" in error && error.code === "not_found";
  const store = useMemo(
    () => isElsewhere ? askedStore(() => readAnyJob(client, jobId)) : IDLE,
    [client, isElsewhere, jobId],
  );
  const other = useStore<ReturnType<typeof store.getSnapshot>>(store);
  if (!isElsewhere) return { job: own, error: own ? null : error, isOwn: own !== null };
  return {
    job: other.data,
    error: other.state === "loading" || other.data ? null : other.error ?? error,
    isOwn: false,
  };
}
