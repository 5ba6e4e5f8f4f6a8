/** What one turn of work on a message has come to. */
import { logJob } from "../../runtime/log.ts";
import type { Turn } from "./turn.ts";

/** `seconds`: the message is put off for so long. */
export type Turned = { is: "done" } | { is: "later"; seconds: number };
export const DONE: Turned = { is: "done" };

/** Logs that the publication is not this worker's to go on with: the attempt has ended, or another worker is at it. */
export function superseded({ message: { item: { job, attempt } } }: Turn): Turned {
  logJob(job.id, "superseded", { attempt: attempt.attempt, dispatch: attempt.dispatch });
  return DONE;
}
