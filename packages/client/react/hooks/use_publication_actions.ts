/** What a user can do to a publication: cancel it, do it again, say what became of it. For buttons. */
import { useMemo } from "react";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { Resolution } from "../../../../shared/words/platforms.ts";
import { type Acting, createActs } from "./acts.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

type Name = "cancel" | "retry" | Resolution;

export interface UsePublicationActions extends Acting<Name> {
  cancel: () => Promise<void>;
  /** The publication that does it again; null when it could not be made. */
  retry: () => Promise<Publication | null>;
  /** Somebody has looked at the platform. */
  resolve: (resolved: Resolution) => Promise<void>;
}

/** A second click while the first is under way does nothing. Without a client above, nothing happens. */
export function usePublicationActions(id: string): UsePublicationActions {
  const { client } = useSurroundings();
  const { store, cancel, retry, resolve } = useMemo(() => {
    const { store, act } = createActs<Name>();
    return {
      store,
      cancel: async () => void await act("cancel", () => client?.publications.cancel(id)),
      retry: () => act("retry", () => client?.publications.retry(id)),
      resolve: async (resolved: Resolution) =>
        void await act(resolved, () => client?.publications.resolve(id, resolved)),
    };
  }, [client, id]);
  return { ...useStore(store), cancel, retry, resolve };
}
