/** Working on one publication now, as somebody has asked for. */
import { receivePublication } from "../../engine/receive_publication.ts";
import { logError } from "../../runtime/log.ts";
import { DrainWork } from "../drain_work.ts";
import { MEANS } from "./means.ts";
import { publishMessage } from "./publish.ts";

/** A request is answered within this time, and what is left is for the drain. */
const DEADLINE_MS = 25_000;

/**
 * Works on a publication until it is done with, or put off. False: there is nothing to do for it now; it waits for its turn or
 * its time, a worker is at it, or it has ended. Throws EsteiraError 404 not_found for a job that is no publication.
 */
export async function publishOne(jobId: string, deadline = Date.now() + DEADLINE_MS): Promise<boolean> {
  const messages = await receivePublication(jobId);
  const work = new DrainWork(deadline);
  try {
    for (const message of messages) await publishMessage(message, MEANS, deadline);
  } catch (error) {
    // It keeps its lease, and comes back when that ends.
    logError("publish one", error, { job: jobId });
  } finally {
    work.follow();
    await work.finish();
  }
  return messages.length > 0;
}
