/** Cancels a job and does it again, with what a button has to know. */
import { useMemo } from "react";
import type { JobHandle } from "../../api/job.ts";
import { createStore } from "../../store/store.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

interface Acting {
  readonly pending: "cancel" | "retry" | null;
  readonly error: Error | null;
}

export interface UseJobActions extends Acting {
  /** Resolves when it was asked for; what went wrong is `error`. */
  cancel: () => Promise<void>;
  /** The new job; null where that went wrong, and `error` says why. */
  retry: () => Promise<JobHandle | null>;
}

const RESTING: Acting = { pending: null, error: null };

/** A second click while the first is under way does nothing. Without a client above, nothing happens. */
export function useJobActions(jobId: string | null): UseJobActions {
  const { client } = useSurroundings();
  const { store, cancel, retry } = useMemo(() => {
    const store = createStore<Acting>(RESTING);
    async function act<R>(pending: "cancel" | "retry", ask: (id: string) => Promise<R> | undefined) {
      if (jobId === null || store.getSnapshot().pending !== null) return null;
      store.set({ pending, error: null });
      try {
        const answer = await ask(jobId);
        store.set(RESTING);
        return answer ?? null;
      } catch (error) {
        store.set({ pending: null, error: error instanceof Error ? error : new Error(String(error)) });
        return null;
      }
    }
    return {
      store,
      cancel: async () => void await act("cancel", (id) => client?.jobs.cancel(id)),
      retry: () => act("retry", (id) => client?.jobs.retry(id)),
    };
  }, [client, jobId]);
  return { ...useStore(store), cancel, retry };
}
