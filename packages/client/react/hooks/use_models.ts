/** The user's models, live, newest first. */
import { useMemo } from "react";
import type { Model } from "../../../../shared/rows/model.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseModels extends LiveState {
  models: readonly Model[];
}

const NONE: readonly Model[] = [];

export function useModels({ enabled = true }: LiveOptions = {}): UseModels {
  const { models } = useEsteira();
  const store = useMemo(() => enabled ? models.watch() : IDLE, [models, enabled]);
  const snapshot = useStore(store);
  return { models: snapshot.data ?? NONE, ...liveState(snapshot, enabled) };
}
