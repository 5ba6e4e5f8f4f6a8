/** A job as it is looked into: the user's own live, anybody's as an admin may read it. */
import { useMemo } from "react";
import type { Esteira } from "../../api/esteira.ts";
import type { ClientJob } from "../../api/job.ts";
import { askedStore } from "./asked_store.ts";
import { isAdmin } from "./is_admin.ts";
import { IDLE } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useJob } from "./use_job.ts";
import { useStore } from "./use_store.ts";

export interface InspectedJob {
  job: ClientJob | null;
  error: Error | null;
  /** Whether it is the user's own, who may do it again. */
  isOwn: boolean;
}

export function useInspectedJob(jobId: string): InspectedJob {
  const client = useEsteira();
  const { job: own, error } = useJob(jobId);
  const isElsewhere = own === null && error !== null && "code" in error && error.code === "not_found";
  const store = useMemo(
    () => isElsewhere ? askedStore(() => readAny(client, jobId)) : IDLE,
    [client, isElsewhere, jobId],
  );
  const other = useStore<ReturnType<typeof store.getSnapshot>>(store);
  if (!isElsewhere) return { job: own, error: own ? null : error, isOwn: own !== null };
  return {
    job: other.data,
    error: other.state === "loading" || other.data ? null : other.error ?? error,
    isOwn: false,
  };
}

/** Columns of `public.jobs`. */
const COLUMNS =
  "id,user_id,tool,lane,status,current_step,failed_at_step,error_code,error_message,output_url,progress," +
  "progress_is_estimate,refund,refundable,request_id,metadata,idempotency_key,run_at,version,created_at,completed_at," +
  "updated_at,step_history";

/** Null: there is none, or the user is no admin. */
async function readAny(client: Esteira, jobId: string): Promise<ClientJob | null> {
  if (!await isAdmin(client)) return null;
  const { data, error } = await client.supabase.from("jobs").select(COLUMNS).eq("id", jobId).maybeSingle();
  if (error) throw new Error(error.message, { cause: error });
  if (!data) return null;
  const row = data as unknown as Omit<ClientJob, keyof typeof NOT_READ | "key">;
  return { ...NOT_READ, ...row, key: row.id };
}

const NOT_READ = {
  isCreating: false,
  model_id: null,
  output_paths: null,
  input: null,
  output: null,
  details: null,
};
