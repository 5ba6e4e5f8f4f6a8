/** Reads of a job what only admins may see. Knows nothing of React. */
import type { Esteira } from "../../api/esteira.ts";
import type { ClientJob } from "../../api/job.ts";

export type ReadsTables = Pick<Esteira, "supabase">;

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

/** The last 20 attempts of a job, newest first; null for who is no admin: the database shows them nothing either. */
export async function readAttempts(client: ReadsTables, jobId: string): Promise<readonly Attempt[] | null> {
  if (!await isAdmin(client)) return null;
  const { data, error } = await client.supabase.from("job_attempts").select(ATTEMPT_COLUMNS).eq(
    "job_id",
    jobId,
  )
    .order("attempt", { ascending: false }).limit(20);
  if (error) throw new Error(error.message, { cause: error });
  return data as unknown as Attempt[];
}

/** Columns of `public.jobs`. */
const JOB_COLUMNS =
  "id,user_id,tool,lane,status,current_step,failed_at_step,error_code,error_message,output_url,progress," +
  "progress_is_estimate,refund,refundable,request_id,metadata,idempotency_key,run_at,version,created_at,completed_at," +
  "updated_at,step_history";

const NOT_READ = {
  isCreating: false,
  model_id: null,
  output_paths: null,
  input: null,
  output: null,
  details: null,
};

/** Anybody's job; null: there is none, or who asks is no admin. */
export async function readAnyJob(client: ReadsTables, jobId: string): Promise<ClientJob | null> {
  if (!await isAdmin(client)) return null;
  const { data, error } = await client.supabase.from("jobs").select(JOB_COLUMNS).eq("id", jobId)
    .maybeSingle();
  if (error) throw new Error(error.message, { cause: error });
  if (!data) return null;
  const row = data as unknown as Omit<ClientJob, keyof typeof NOT_READ | "key">;
  return { ...NOT_READ, ...row, key: row.id };
}

/**
 * Whether it is of use to ask, by the claim that the database goes by: `app_metadata.role`, which only a service key can
 * set. Who may see what, the database decides.
 */
async function isAdmin({ supabase }: ReadsTables): Promise<boolean> {
  const { data } = await supabase.auth.getSession();
  return data.session?.user.app_metadata.role === "admin";
}
