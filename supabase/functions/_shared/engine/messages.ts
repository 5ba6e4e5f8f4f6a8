/** Messages: leasing them, putting them off, being done with them. */
import type { Json } from "../../../../shared/database.types.ts";
import { unwrap, worker } from "./database.ts";
import { readableRows } from "./readable_rows.ts";
import { report } from "./reports.ts";
import { mayStartNext } from "./started.ts";
import { type Message, message } from "./work_item.ts";

/** Lanes to drain. */
export async function lanes(): Promise<string[]> {
  return unwrap(await worker().rpc("lanes")) ?? [];
}

// Nothing, but a job waits beside a free slot: another commit may have kept them apart.
const CROSSED = 202;

/**
 * Dispatches `lane` and leases up to `quantity` of its submit messages. None: no job waits beside a free slot, whoever
 * has just committed.
 */
export async function receive(
  lane: string,
  quantity: number,
): Promise<Message[]> {
  const answer = await worker().rpc("receive", { p_lane: lane, p_qty: quantity });
  const messages = messagesIn(unwrap(answer));
  if (messages.length > 0 || answer.status !== CROSSED) return messages;
  return messagesIn(unwrap(await worker().rpc("receive", { p_lane: lane, p_qty: quantity, p_waits: true })));
}

/** Leases up to `quantity` settle messages of every lane. */
export async function receiveSettlements(quantity: number): Promise<Message[]> {
  return messagesIn(unwrap(await worker().rpc("receive_settlements", { p_qty: quantity })));
}

/** The messages that can be read; the job of one that cannot ends at its deadline at the latest. */
export function messagesIn(rows: unknown): Message[] {
  return readableRows(message, rows, "receive", (row) => ({ msg_id: (row as { msg_id?: unknown })?.msg_id }));
}

/** What is laid over an attempt's checkpoint. */
export type Note = Record<string, Json>;

/**
 * Makes a leased message visible again after `seconds`. `note` is kept in the attempt's checkpoint, for whoever reads
 * the message next.
 */
export async function defer(
  { item, queue, msg_id }: Message,
  seconds: number,
  note: Note = {},
): Promise<void> {
  const call = report("defer", {
    p_queue: queue,
    p_msg_id: msg_id,
    p_delay: `${seconds} seconds`,
    p_job_id: item.job.id,
    p_token: item.attempt.token,
    p_note: note,
  });
  // A publication gives its slot to the next while it is put off.
  await (item.provider === "publication" ? mayStartNext(item.job.lane, call) : call);
}

/** Deletes a message that has been dealt with and changed nothing. */
export async function acknowledge({ queue, msg_id }: Message): Promise<void> {
  unwrap(await worker().rpc("acknowledge", { p_queue: queue, p_msg_id: msg_id }));
}
