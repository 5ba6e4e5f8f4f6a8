/** The outbox of what providers are to forget: tasks that are over, and whose result nobody may have any more. */
import { z } from "zod";
import { unwrap, worker } from "./database.ts";
import { readableRows } from "./readable_rows.ts";
import { workItem } from "./work_item.ts";

const forgetItem = workItem.extend({
  kind: z.literal("forget"),
  attempt: workItem.shape.attempt.extend({ external_id: z.string().min(1) }),
});
/** A task that its provider is to forget, with all that it takes to ask; under lease, longer each time. */
export type ForgetItem = z.infer<typeof forgetItem>;

/** Leases up to `quantity` tasks. One that cannot be read is logged, and comes back with its lease. */
export async function receiveForgets(quantity: number): Promise<ForgetItem[]> {
  const rows = unwrap(await worker().rpc("receive_forgets", { p_qty: quantity }));
  return readableRows(forgetItem, rows ?? [], "receive forgets");
}

/** The provider has forgotten a task, or has nothing of it to forget. */
export async function taskForgotten({ attempt }: ForgetItem): Promise<void> {
  unwrap(await worker().rpc("task_forgotten", { p_token: attempt.token }));
}
