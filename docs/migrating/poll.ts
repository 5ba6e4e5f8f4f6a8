/** docs/migrating.md: asking instead of listening. The tests run it. */
import type { SupabaseClient } from "@supabase/supabase-js";

/** Asks for a job until it has ended. By its id: the provider's id is not known before the job runs. */
export async function untilEnded(supabase: SupabaseClient, id: string, everyMs = 5000) {
  for (;;) {
    const { data } = await supabase.functions.invoke(`jobs/${id}`, { method: "GET" });
    if (["completed", "failed", "cancelled"].includes(data?.job.status)) return data.job;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
