/** The user's publications, live: those of a filter, newest first, or those of some ids. */
import { useMemo } from "react";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { PublicationFilter, PublicationsStore } from "../../api/publications.ts";
import { IDLE, type LiveOptions, type LiveState, liveState } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

export interface UsePublications extends LiveState {
  /** Empty until they are read. */
  publications: readonly Publication[];
  /** Whether there are older ones. */
  hasMore: boolean;
  /** Loads the next page; resolves when it is there. */
  more: () => Promise<void>;
}

const NONE: readonly Publication[] = [];
const nothingMore = () => Promise.resolve();

/** What is wished is compared by what it says: it may be another object at every render. */
export function usePublications(
  of: readonly string[] | PublicationFilter = {},
  { enabled = true }: LiveOptions = {},
): UsePublications {
  const store = usePublicationsStore(of, enabled);
  const snapshot = useStore(store ?? IDLE);
  return {
    publications: snapshot.data?.publications ?? NONE,
    hasMore: snapshot.data?.hasMore ?? false,
    more: store?.more ?? nothingMore,
    ...liveState(snapshot, store !== null),
  };
}

/** The store of what is wished, the same for what says the same; null while it is not enabled. */
export function usePublicationsStore(
  of: readonly string[] | PublicationFilter,
  enabled: boolean,
): PublicationsStore | null {
  const { publications } = useEsteira();
  const said = JSON.stringify(of);
  return useMemo(
    () => enabled ? publications.watch(of) : null,
    // deno-lint-ignore react-rules-of-hooks -- `said` is what is wished
    [publications, enabled, said],
  );
}
