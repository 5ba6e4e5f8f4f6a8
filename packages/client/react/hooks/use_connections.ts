/** The user's accounts at social platforms, live, with what may still be posted with each. */
import { useMemo } from "react";
import type { ShownConnection } from "../../../../shared/rows/connection.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseConnections extends LiveState {
  connections: readonly ShownConnection[];
}

const NONE: readonly ShownConnection[] = [];

/** Without a client above: none. How the app itself stands with its project is `useConnection`. */
export function useConnections({ enabled = true }: LiveOptions = {}): UseConnections {
  const { client } = useSurroundings();
  const isOn = enabled && client !== null;
  const store = useMemo(() => isOn && client ? client.connections.watch() : IDLE, [client, isOn]);
  const snapshot = useStore(store);
  return { connections: snapshot.data ?? NONE, ...liveState(snapshot, isOn) };
}
