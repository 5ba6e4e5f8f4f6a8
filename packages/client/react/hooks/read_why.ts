/** Asks the database why a job stands where it stands. Knows nothing of React. */
import type { Diagnosis, Why } from "../../../../shared/rows/why.ts";
import type { ReadsTables } from "./read_evidence.ts";

/** In order; never empty for a job that there is. Throws for anybody else's. */
export async function readWhy({ supabase }: ReadsTables, jobId: string): Promise<readonly Why[]> {
  const { data, error } = await supabase.rpc("why", { p_job_id: jobId });
  return rowsOf<Why>(data, error);
}

/** All that an operator may see, what was ruled out last; null for who is none. */
export async function readDiagnosis(
  client: ReadsTables,
  jobId: string,
): Promise<readonly Diagnosis[] | null> {
  if (!await isOperator(client)) return null;
  const { data, error } = await client.supabase.schema("ops_api").rpc("diagnose", { p_job_id: jobId });
  return rowsOf<Diagnosis>(data, error);
}

function rowsOf<T>(data: unknown, error: { message: string } | null): readonly T[] {
  if (error) throw new Error(error.message, { cause: error });
  if (!Array.isArray(data)) throw new Error("The database answered no rows");
  return data as T[];
}

/** Whether it is of use to ask. What an operator may see, the database decides. */
async function isOperator({ supabase }: ReadsTables): Promise<boolean> {
  const { data } = await supabase.auth.getSession();
  return ["admin", "support"].includes(String(data.session?.user.app_metadata.role));
}
