/** A job by its own id or by its provider's. */
import type { Esteira } from "../../api/esteira.ts";
import type { ClientJob } from "../../api/job.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The user's job whose id or task is `id`; null: none. A task's id can look like a job's, so both are asked for. Throws
 * what the network or the server throws, but for `not_found`.
 */
export async function findJob(client: Esteira, id: string): Promise<ClientJob | null> {
  if (UUID.test(id)) {
    try {
      return await client.jobs.get(id);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const { data, error } = await client.supabase.from("jobs").select("id").eq("request_id", id)
    .order("created_at", { ascending: false }).limit(1);
  if (error) throw new Error(error.message, { cause: error });
  const found = (data as { id: string }[])[0];
  return found ? await client.jobs.get(found.id) : null;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "not_found";
}
