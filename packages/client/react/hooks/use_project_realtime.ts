/** A project as jobs change it, and the cache of an app that reads projects by itself told of each change. */
import { messageOf } from "../../api/message_of.ts";
import type { ProjectContent } from "../../../../shared/rows/node_results.ts";
import type { Logger } from "../../api/esteira.ts";
import { IDLE, type LiveOptions, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useChange } from "./use_change.ts";
import { type UseProject, useProjectStore } from "./use_project.ts";
import { useStore } from "./use_store.ts";

/** SWR's `mutate`, as far as it is used: marks a key as stale, so that it is read again. */
export type Mutate = (key: CacheKey) => unknown;

export type CacheKey = string | readonly [unknown, ...unknown[]];

/** TanStack's QueryClient, as far as it is used. */
export interface QueryCache {
  invalidateQueries(filters: { queryKey: readonly unknown[] }): unknown;
}

export interface UseProjectRealtimeOptions extends LiveOptions {
  /** From `useSWRConfig()`. */
  mutate?: Mutate;
  /** From `useQueryClient()`. */
  queryClient?: QueryCache;
  /** What your app keeps the project under. Default: `/api/projects/<id>`; for TanStack `["/api/projects/<id>"]`. */
  key?: CacheKey;
}

/** With or without a cache, the project is returned: what jobs did is merged already, and nothing has to be asked for. */
export function useProjectRealtime<C extends ProjectContent = ProjectContent>(
  projectId: string | null | undefined,
  { enabled = true, mutate, queryClient, key }: UseProjectRealtimeOptions = {},
): UseProject<C> {
  const { logger } = useEsteira();
  const { store, save } = useProjectStore<C>(projectId, enabled);
  const snapshot = useStore(store ?? IDLE);
  useChange(store, ({ data: now }, before) => {
    if (!before?.data || now?.version === before.data.version) return; // what is read first is no change
    const timestamp = new Date().toISOString();
    const cacheKey = key ?? `/api/projects/${projectId}`;
    const what = { projectId, cacheKey, timestamp };
    if (mutate) void revalidate(logger, what, () => mutate(cacheKey));
    const queryKey = typeof cacheKey === "string" ? [cacheKey] : cacheKey;
    if (queryClient) void revalidate(logger, what, () => queryClient.invalidateQueries({ queryKey }));
  });
  return { project: snapshot.data, save, ...liveState(snapshot, store !== null) };
}

async function revalidate(
  logger: Logger,
  what: { projectId: string | null | undefined; cacheKey: unknown; timestamp: string },
  call: () => unknown,
): Promise<void> {
  logger.debug("[REALTIME] Calling mutate() for project:", what);
  try {
    await call();
    logger.debug("[REALTIME] mutate() called successfully:", what);
  } catch (error) {
    const message = messageOf(error);
    logger.error("[REALTIME] mutate() failed:", { ...what, error: message });
  }
}
