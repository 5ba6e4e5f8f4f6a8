/** The outbox of cancels: tasks that may live although their attempt has ended. */
import { z } from "zod";
import type { Json } from "../../../../shared/database.types.ts";
import { unwrap, worker } from "./database.ts";
import { readableRows } from "./readable_rows.ts";
import { mayStartNext } from "./started.ts";
import { workItem } from "./work_item.ts";

const cancelItem = workItem.extend({
  cancel: z.object({
    /** The provider was asked to stop it and may still finish it. */
    asked_at: z.string().nullable(),
    /** How often it was looked at, this time among them. */
    tries: z.number().int(),
    /** No submit of the attempt can be under way any more. */
    is_sender_gone: z.boolean(),
    /** The task whose result the job has taken: never to be stopped or deleted. */
    accepted_id: z.string().nullable(),
    /** How often in a row, a minute apart, the provider was found to have no task of the attempt. */
    nones: z.number().int(),
  }),
});
/** A task that may live although its attempt has ended, with all that it takes to stop it; under lease for a minute. */
export type CancelItem = z.infer<typeof cancelItem>;

/** Leases up to `quantity` rows that are due. One that cannot be read is logged, and comes back with its lease. */
export async function receiveCancels(quantity: number): Promise<CancelItem[]> {
  const rows = unwrap(await worker().rpc("receive_cancels", { p_qty: quantity }));
  return readableRows(cancelItem, rows ?? [], "receive cancels");
}

/** What was learnt of a task that is not known to be over. */
export interface Learnt {
  externalId?: string;
  /** The provider was asked to stop it. */
  isAsked?: boolean;
  /** The provider was looked through and has no task of the attempt. */
  isNone?: boolean;
  note?: Record<string, Json>;
}

/** Keeps what was learnt, and looks again after `seconds`. */
export async function cancelNoted(
  { attempt }: CancelItem,
  seconds: number,
  { externalId, isAsked = false, isNone = false, note }: Learnt = {},
): Promise<void> {
  unwrap(
    await worker().rpc("cancel_noted", {
      p_token: attempt.token,
      p_delay: `${seconds} seconds`,
      ...externalId === undefined ? {} : { p_external_id: externalId },
      ...isAsked ? { p_asked: true } : {},
      ...isNone ? { p_none: true } : {},
      ...note ? { p_note: note } : {},
    }),
  );
}

/** What became of an attempt's task, once nothing that it has made can go on. */
export type Over = "never_existed" | "stopped" | "failed" | "succeeded";

/** Frees the slot and settles a refund that is due. False: that was known already. */
export async function taskOver({ attempt, job }: CancelItem, how: Over): Promise<boolean> {
  const over = worker().rpc("task_over", { p_token: attempt.token, p_how: how });
  return unwrap(await mayStartNext(job.lane, over)) ?? false;
}
