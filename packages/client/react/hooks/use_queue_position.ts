/** Where a waiting job stands, counted down live. */
import { useContext, useMemo } from "react";
import type { Position } from "../../api/job.ts";
import type { LiveOptions } from "./loaded.ts";
import { NearnessContext } from "./nearness.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { constantStore, useStore } from "./use_store.ts";

const UNKNOWN = constantStore<Position | null>(null);

/** Null: not known (yet), or it is not waiting. In a long list only what is near is asked about. */
export function useQueuePosition(
  jobId: string | null | undefined,
  { enabled = true }: LiveOptions = {},
): Position | null {
  const { client } = useSurroundings();
  const isNear = useContext(NearnessContext) === "is";
  const store = useMemo(
    () => client && enabled && isNear && jobId ? client.jobs.position(jobId) : UNKNOWN,
    [client, enabled, isNear, jobId],
  );
  return useStore(store);
}
