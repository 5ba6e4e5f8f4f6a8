/** Why a job stands where it stands, in words for its owner. */
import { useEffect, useMemo } from "react";
import type { Why } from "../../../../shared/rows/why.ts";
import type { Loaded } from "../../api/job.ts";
import { IDLE, type LiveOptions, type LiveState, liveState, LOADING } from "./loaded.ts";
import { polledStore } from "./polled_store.ts";
import { readWhy } from "./read_why.ts";
import { useEsteira } from "./surroundings_context.ts";
import { toError } from "./to_error.ts";
import { useStore } from "./use_store.ts";

export interface WhyOptions extends LiveOptions {
  /** The job's version: another one is asked about at once. */
  version?: number;
  /** How often it is asked again while it is shown, in ms; null: not again. Default 15 s. */
  every?: number | null;
}

export interface UseWhy extends LiveState {
  /** In order: what stands first is the one sentence. Null until it is read. */
  reasons: readonly Why[] | null;
  /** Asks once more. */
  again: () => void;
}

const NO_REASONS: readonly Why[] | null = null;

/** Asks while it is shown and looked at. Null: there is no job yet. */
export function useWhy(
  jobId: string | null | undefined,
  { enabled = true, version, every = 15_000 }: WhyOptions = {},
): UseWhy {
  const client = useEsteira();
  const isOn = enabled && Boolean(jobId);
  const store = useMemo(() => {
    if (!isOn || !jobId) return null;
    const read = (): Promise<Loaded<readonly Why[]>> =>
      readWhy(client, jobId).then(
        (data) => ({ state: "ready", data, error: null }),
        (error) => ({ state: "failed", data: null, error: toError(error) }),
      );
    return polledStore<Loaded<readonly Why[]>>(LOADING, read, { everyMs: every });
  }, [client, jobId, isOn, every]);
  const snapshot = useStore<Loaded<readonly Why[]>>(store ?? IDLE);
  useEffect(() => store?.asOf(version ?? 0), [store, version]);
  return {
    reasons: snapshot.data ?? NO_REASONS,
    ...liveState(snapshot, isOn),
    again: store?.again ?? nothing,
  };
}

function nothing(): void {}
