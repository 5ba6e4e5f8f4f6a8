/** What operators are told of a job. */
import { useMemo } from "react";
import type { Diagnosis } from "../../../../shared/rows/why.ts";
import type { Loaded } from "../../api/job.ts";
import { askedStore } from "./asked_store.ts";
import { IDLE } from "./loaded.ts";
import { readDiagnosis } from "./read_why.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

/** `data` is null for who is no operator. Another version of the job is read anew. */
export function useDiagnosis(jobId: string, version: number): Loaded<readonly Diagnosis[] | null> {
  const { client } = useSurroundings();
  const store = useMemo(
    () => client ? askedStore(() => readDiagnosis(client, jobId)) : IDLE,
    // deno-lint-ignore react-rules-of-hooks -- another version is read anew
    [client, jobId, version],
  );
  return useStore<Loaded<readonly Diagnosis[] | null>>(store);
}
