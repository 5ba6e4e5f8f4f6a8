/** What is said beside a job that is not as usual. */
import { useContext, useEffect, useMemo } from "react";
import type { Why } from "../../../../shared/rows/why.ts";
import { isTerminal, type JobStatus } from "../../../../shared/words/statuses.ts";
import { NearnessContext } from "./nearness.ts";
import { polledStore, type PolledTimes } from "./polled_store.ts";
import { readWhy } from "./read_why.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { constantStore, useStore } from "./use_store.ts";

/** Whatever moves within this time is as usual: nobody is asked. */
const USUAL_MS = 15_000;
const EVERY_MS = 30_000;
const NOTHING = constantStore<Why | null>(null);

interface Shown {
  readonly id: string;
  readonly status: JobStatus;
  readonly version: number;
  readonly updated_at: string;
  readonly isCreating?: boolean;
}

/**
 * The first reason why it stands where it stands, where that is more than "it goes on": null for what has moved within 15 s,
 * is done or cancelled, goes on as it should, is far from what is seen of its list, or when nobody can be asked.
 */
export function useWhyNote({ id, status, version, updated_at, isCreating = false }: Shown): Why | null {
  const { client } = useSurroundings();
  const isNear = useContext(NearnessContext) === "is";
  const isAsked = isNear && !isCreating && status !== "completed" && status !== "cancelled";
  const store = useMemo(() => {
    if (!client || !isAsked) return null;
    const read = () => readWhy(client, id).then(([first]) => notable(first), () => null);
    return polledStore<Why | null>(null, read, timesOf(status, updated_at));
    // deno-lint-ignore react-rules-of-hooks -- another version begins anew by itself
  }, [client, id, isAsked, status]);
  useEffect(() => store?.asOf(version), [store, version]);
  return useStore(store ?? NOTHING);
}

function notable(first: Why | undefined): Why | null {
  return first && ["error", "warn", "wait"].includes(first.level) ? first : null;
}

function timesOf(status: JobStatus, updatedAt: string): PolledTimes {
  if (isTerminal(status)) return { everyMs: null };
  const age = Date.now() - Date.parse(updatedAt);
  return {
    firstMs: Math.min(Math.max(USUAL_MS - age, 0), USUAL_MS),
    afterMs: USUAL_MS,
    everyMs: EVERY_MS,
  };
}
