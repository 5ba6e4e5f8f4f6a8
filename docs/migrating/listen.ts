/** docs/migrating.md: what a screen listens to, in place of `postgres_changes` or `fal_jobs:{user}`. The tests run it. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";

const SHOWN = "id, tool, status, current_step, progress, output_url, error_message, version";

/** A job as `SHOWN` has it, from the table or from an event. */
export interface ShownJob {
  id: string;
  tool: string;
  status: string;
  current_step: string;
  progress: number | null;
  output_url: string | null;
  error_message: string | null;
  version: number;
}

/** Calls `show` with each job of the user that is news: those of now, then each change. */
export async function listenToJobs(
  supabase: SupabaseClient,
  userId: string,
  show: (job: ShownJob) => void,
): Promise<RealtimeChannel> {
  const versions = new Map<string, number>();
  const take = (job: ShownJob) => {
    if (job.version <= (versions.get(job.id) ?? 0)) return; // older than what is shown
    versions.set(job.id, job.version);
    show(job);
  };
  const readAll = async () => {
    const { data } = await supabase.from("jobs").select(SHOWN).eq("user_id", userId)
      .order("created_at", { ascending: false }).limit(50);
    data?.forEach(take);
  };
  await supabase.realtime.setAuth(); // a channel joined before the session is there has no user
  return supabase.channel(`jobs:${userId}`, { config: { private: true } })
    .on("broadcast", { event: "INSERT" }, ({ payload }) => take(payload.new))
    .on("broadcast", { event: "UPDATE" }, ({ payload }) => take(payload.new))
    .on("broadcast", { event: "jobs_created" }, readAll) // more than twenty at once
    .subscribe((status, error) => {
      if (status === "SUBSCRIBED") readAll(); // each time: what came before it was missed
      else if (status === "CHANNEL_ERROR") console.error("not listening:", error?.message);
    });
}
