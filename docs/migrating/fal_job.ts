/** docs/migrating.md: a job in the words that readers of `fal_jobs` know. The tests run it. */
import type { SupabaseClient } from "@supabase/supabase-js";

/** Reads the job of an event's `new.id` as `JobUpdatePayload` had it: `requestId`, `input._metadata`, `result.images`. */
export async function readFalJob(supabase: SupabaseClient, id: string) {
  const { data, error } = await supabase.from("fal_jobs")
    .select(`id, requestId:request_id, userId:user_id, modelId:model_id, type, status, input, result, error,
      createdAt:created_at, completedAt:completed_at`)
    .eq("id", id).single();
  if (error) throw error;
  return data;
}
