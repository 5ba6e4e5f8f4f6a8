/** One job, live. */
import { useMemo } from "react";
import type { ClientJob, JobHandle, JobStore } from "../../api/job.ts";
import type { ToolName } from "../../api/tools.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseJob<T extends ToolName = ToolName> extends LiveState {
  /** Null until it is read, and where there is none of this id. */
  job: ClientJob<T> | null;
}

/** A job by its id or handle; null or undefined: none yet. `T` is taken on trust where only an id is given. */
export function useJob<T extends ToolName = ToolName>(
  idOrHandle: string | JobHandle<T> | null | undefined,
  { enabled = true }: LiveOptions = {},
): UseJob<T> {
  const store = useJobStore<T>(enabled ? idOrHandle : null);
  const snapshot = useStore(store);
  return { job: snapshot.data, ...liveState(snapshot, store !== IDLE) };
}

/** The store of a job, the same for the same id or handle. */
export function useJobStore<T extends ToolName = ToolName>(
  idOrHandle: string | JobHandle<T> | null | undefined,
): JobStore<T> {
  const { jobs } = useEsteira();
  return useMemo(() => {
    if (idOrHandle === null || idOrHandle === undefined) return IDLE;
    return typeof idOrHandle === "string" ? jobs.watch<T>(idOrHandle) : idOrHandle;
  }, [jobs, idOrHandle]);
}
