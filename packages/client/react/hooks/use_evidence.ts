/** What an admin may see of a job besides its owner: each attempt's raw answers, as text. */
import { useMemo } from "react";
import type { Esteira } from "../../api/esteira.ts";
import type { Loaded } from "../../api/job.ts";
import { askedStore } from "./asked_store.ts";
import { isAdmin } from "./is_admin.ts";
import { IDLE } from "./loaded.ts";
import { useSurroundings } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

/** One try of a job. Times are ISO 8601. */
export interface Attempt {
  readonly attempt: number;
  readonly phase: string;
  readonly outcome: string | null;
  readonly external_id: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** JSON as text, for ids of more digits than a number of JavaScript's keeps. */
  readonly raw_api_response: string | null;
  readonly raw_webhook_payload: string | null;
}

/** Columns of `public.job_attempts`, raw ones cast to text where the digits are still there: in the database. */
export const ATTEMPT_COLUMNS =
  "attempt,phase,outcome,external_id,error_code,error_message,started_at,finished_at," +
  "raw_api_response::text,raw_webhook_payload::text";

/** The last 20 attempts, newest first. `data` is null for who is no admin: the database shows them nothing either. */
export function useEvidence(jobId: string | null, version: number): Loaded<readonly Attempt[] | null> {
  const { client } = useSurroundings();
  const store = useMemo(
    () => client && jobId !== null ? askedStore(() => read(client, jobId)) : IDLE,
    // deno-lint-ignore react-rules-of-hooks -- another version is read anew
    [client, jobId, version],
  );
  return useStore<Loaded<readonly Attempt[] | null>>(store);
}

async function read(client: Esteira, jobId: string): Promise<readonly Attempt[] | null> {
  if (!await isAdmin(client)) return null;
  const { data, error } = await client.supabase.from("job_attempts").select(ATTEMPT_COLUMNS).eq(
    "job_id",
    jobId,
  )
    .order("attempt", { ascending: false }).limit(20);
  if (error) throw new Error(error.message, { cause: error });
  return data as unknown as Attempt[];
}
