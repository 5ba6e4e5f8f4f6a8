/** What an admin may see of a job besides its owner: each attempt's raw answers, as text. */
import { useMemo } from "react";
import type { Loaded } from "../../api/job.ts";
import { askedStore } from "./asked_store.ts";
import { IDLE } from "./loaded.ts";
import { type Attempt, readAttempts } from "./read_evidence.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

/** `data` is null for who is no admin. Another version of the job is read anew. */
export function useEvidence(jobId: string | null, version: number): Loaded<readonly Attempt[] | null> {
  const { client } = useSurroundings();
  const store = useMemo(
    () => client && jobId !== null ? askedStore(() => readAttempts(client, jobId)) : IDLE,
    // deno-lint-ignore react-rules-of-hooks -- another version is read anew
    [client, jobId, version],
  );
  return useStore<Loaded<readonly Attempt[] | null>>(store);
}
