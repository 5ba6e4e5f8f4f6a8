/** The user's balance, live. */
import { useMemo } from "react";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseCredits extends LiveState {
  /** In credits; null until it is read. */
  balance: number | null;
}

export function useCredits({ enabled = true }: LiveOptions = {}): UseCredits {
  const { credits } = useEsteira();
  const store = useMemo(() => enabled ? credits.watch() : IDLE, [credits, enabled]);
  const snapshot = useStore(store);
  return { balance: snapshot.data, ...liveState(snapshot, enabled) };
}
