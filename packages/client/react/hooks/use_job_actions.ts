/** Cancels a job and does it again, with what a button has to know. */
import { useMemo } from "react";
import type { JobHandle } from "../../api/job.ts";
import { type Acting, createActs } from "./acts.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UseJobActions extends Acting<"cancel" | "retry"> {
  /** Resolves when it was asked for; what went wrong is `error`. */
  cancel: () => Promise<void>;
  /** The new job; null where that went wrong, and `error` says why. */
  retry: () => Promise<JobHandle | null>;
}

/** A second click while the first is under way does nothing. Without a client above, nothing happens. */
export function useJobActions(jobId: string | null): UseJobActions {
  const { client } = useSurroundings();
  const { store, cancel, retry } = useMemo(() => {
    const { store, act } = createActs<"cancel" | "retry">();
    const on = <R>(ask: (id: string) => Promise<R> | undefined) => () =>
      jobId === null ? undefined : ask(jobId);
    return {
      store,
      cancel: async () => void await act("cancel", on((id) => client?.jobs.cancel(id))),
      retry: () => act("retry", on((id) => client?.jobs.retry(id))),
    };
  }, [client, jobId]);
  return { ...useStore(store), cancel, retry };
}
