/** What an account may choose for its next post, as its platform says it just now. */
import { useCallback, useMemo, useState } from "react";
import type { CreatorInfo } from "../../../../shared/rows/connection.ts";
import { askedStore } from "./asked_store.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseCreator extends LiveState {
  /** Null until it is read, and where the platform leaves nothing to choose. */
  creator: CreatorInfo | null;
  /** Asks once more: what an account may choose changes. */
  again: () => void;
}

/** Asks when it is first shown, and not again by itself. Null: there is no connection yet. */
export function useCreator(connectionId: string | null, { enabled = true }: LiveOptions = {}): UseCreator {
  const { connections } = useEsteira();
  const [asked, setAsked] = useState(0);
  const isOn = enabled && connectionId !== null;
  const store = useMemo(
    () => isOn ? askedStore(() => connections.creator(connectionId)) : IDLE,
    // deno-lint-ignore react-rules-of-hooks -- `asked` has it asked once more
    [connections, connectionId, isOn, asked],
  );
  const snapshot = useStore(store);
  const again = useCallback(() => setAsked((times) => times + 1), []);
  return { creator: snapshot.data ?? null, ...liveState(snapshot, isOn), again };
}
