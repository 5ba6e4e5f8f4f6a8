/** What a user can do to a connection, and to have another one. For buttons. */
import { useMemo } from "react";
import type { PlatformName } from "../../../../shared/words/platforms.ts";
import { type Acting, createActs } from "./acts.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

type Name = "start" | "refresh" | "disconnect";

export interface UseConnectionActions extends Acting<Name> {
  /** Begins to sign in at a platform; resolves with where the browser has to be sent, null when that did not work. */
  start: (platform: PlatformName, redirectTo: string) => Promise<string | null>;
  /** Renews the access of a connection, and asks the platform how it stands. */
  refresh: (id: string) => Promise<void>;
  disconnect: (id: string) => Promise<void>;
}

/** A second click while the first is under way does nothing. */
export function useConnectionActions(): UseConnectionActions {
  const { connections } = useEsteira();
  const { store, start, refresh, disconnect } = useMemo(() => {
    const { store, act } = createActs<Name>();
    return {
      store,
      start: async (platform: PlatformName, redirectTo: string) =>
        (await act("start", () => connections.start(platform, { redirectTo })))?.url ?? null,
      refresh: async (id: string) => void await act("refresh", () => connections.refresh(id)),
      disconnect: async (id: string) => void await act("disconnect", () => connections.disconnect(id)),
    };
  }, [connections]);
  return { ...useStore(store), start, refresh, disconnect };
}
