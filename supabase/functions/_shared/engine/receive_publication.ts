/** The message of one publication, for whoever is to work on that one now. */
import { messagesIn } from "./messages.ts";
import { callWorker } from "./publication_call.ts";
import type { Message } from "./work_item.ts";

/** Leases it; none where it waits, where a worker is at it, or where it has ended. Throws 404 not_found. */
export async function receivePublication(jobId: string): Promise<Message[]> {
  return messagesIn(await callWorker("receive_publication", { p_job_id: jobId }));
}
