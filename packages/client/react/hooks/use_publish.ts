/** Publishes: uploads, looks first where that is wanted, enqueues, and tells what became of each option. */
import { useEffect, useMemo } from "react";
import type {
  EnqueueResponse,
  PreflightResponse,
} from "../../../../shared/requests/requests_publications.ts";
import { createPublishWishes, type Publishing, type PublishWish } from "./publish_wishes.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UsePublish extends Publishing {
  /** Null when nothing was enqueued (`error`), or its upload was cancelled. A second click is the same publication. */
  publish: (wish: PublishWish) => Promise<EnqueueResponse | null>;
  /** Looks at all of it as it would be published now; charges and enqueues nothing. Files are uploaded for it, once. */
  check: (wish: PublishWish) => Promise<PreflightResponse | null>;
  /** Whether something is under way. */
  isPending: boolean;
  /** Lets go of an upload. */
  cancel: () => void;
  /** Forgets what was last asked for; what was enqueued goes on. */
  reset: () => void;
}

/** An upload whose component goes away is cancelled; again, it goes on. */
export function usePublish(): UsePublish {
  const client = useEsteira();
  const { store, publish, check, cancel, reset } = useMemo(() => createPublishWishes(client), [client]);
  useEffect(() => cancel, [cancel]);
  const state = useStore(store);
  return { ...state, isPending: state.phase !== "idle", publish, check, cancel, reset };
}
