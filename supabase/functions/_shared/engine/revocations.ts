/** The outbox of accesses that are to be given back to their platform. */
import { z } from "zod";
import { callWorker } from "./publication_call.ts";
import { readableRows } from "./readable_rows.ts";

const revocation = z.object({
  id: z.guid(),
  platform: z.string(),
  /** How often it was tried, this time among them. */
  tries: z.number().int(),
  tokens: z.object({ access_token: z.string(), refresh_token: z.string().nullable() }),
});
/** An access that nobody wants any more; under lease, longer each time. */
export type Revocation = z.infer<typeof revocation>;

/** Leases up to `quantity` of them. One that cannot be read is logged, and comes back with its lease. */
export async function receiveRevocations(quantity: number): Promise<Revocation[]> {
  const rows = z.array(z.unknown()).parse(await callWorker("receive_revocations", { p_qty: quantity }) ?? []);
  return readableRows(revocation, rows, "receive revocations");
}

/** It was given back, or is gone already; `retry`: it could not be. */
export async function revocationDone({ id }: Revocation, { retry = false } = {}): Promise<void> {
  await callWorker("revocation_done", { p_id: id, p_retry: retry });
}
