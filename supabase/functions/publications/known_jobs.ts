/** What was enqueued before with the key of a request that comes again: it is answered as it was, whatever has changed since. */
import { z } from "zod";
import { admin, unwrap } from "../_shared/engine/database.ts";
import type { Wanted } from "./wanted.ts";

const row = z.object({
  idempotency_key: z.string(),
  created_at: z.string(),
  connection_id: z.string().nullable(),
});
/** As much of it as asking for the same again takes. */
export type KnownJob = z.infer<typeof row>;

/** The jobs that have these keys, by key. */
export async function knownJobs(
  userId: string,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, KnownJob>> {
  const keys = wanted.flatMap(({ key }) => key ?? []);
  if (keys.length === 0) return new Map();
  const rows: unknown = unwrap(
    await admin().from("jobs").select("idempotency_key,created_at,connection_id:input->>connectionId")
      .eq("user_id", userId).in("idempotency_key", keys),
  );
  return new Map(z.array(row).parse(rows).map((job) => [job.idempotency_key, job]));
}
