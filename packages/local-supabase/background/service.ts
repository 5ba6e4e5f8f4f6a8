/** What runs beside the database on a hosted project: pg_net's worker and pg_cron's scheduler. */
import { startCron } from "./cron.ts";
import { startNet } from "./net.ts";

/** What both need. */
export interface BackgroundOptions {
  /** Connection string as `supabase_admin`. */
  databaseUrl: string;
}

/**
 * Starts both; the extensions may be created before or later. `close` leaves nothing running and waits neither for a
 * hung HTTP request (its batch stays queued) nor for a long job (it is cancelled).
 */
export async function startBackground(
  { databaseUrl }: BackgroundOptions,
): Promise<{ close(): Promise<void> }> {
  const started = await Promise.allSettled([startNet({ databaseUrl }), startCron({ databaseUrl })]);
  const close = async () => {
    await Promise.all(started.map((part) => part.status === "fulfilled" ? part.value.close() : undefined));
  };
  for (const part of started) {
    if (part.status === "fulfilled") continue;
    await close();
    throw part.reason;
  }
  return { close };
}
