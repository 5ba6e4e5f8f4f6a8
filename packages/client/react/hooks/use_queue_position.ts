/** Where a waiting job stands, counted down live. */
import { useMemo } from "react";
import type { Position } from "../../api/job.ts";
import type { LiveOptions } from "./loaded.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { constantStore, useStore } from "./use_store.ts";

const UNKNOWN = constantStore<Position | null>(null);

/** Null: not known (yet), or it is not waiting. */
export function useQueuePosition(
  jobId: string | null | undefined,
  { enabled = true }: LiveOptions = {},
): Position | null {
  const { client } = useSurroundings();
  const store = useMemo(
    () => client && enabled && jobId ? client.jobs.position(jobId) : UNKNOWN,
    [client, enabled, jobId],
  );
  return useStore(store);
}
