/** Starting a task at its provider: all that can fail before it is done first, then the checkpoint, then the submit. */
import { checkpoint, type Submitted, submitted } from "../engine/attempts.ts";
import { attemptFailed } from "../engine/endings.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";
import type { Ended, Provider } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { handOverFiles } from "./hand_over_files.ts";
import { untilLeaseEnds } from "./lease.ts";
import { keep } from "./settle_copying.ts";
import { contextOf, termsOf } from "./submit_context.ts";
import { asking } from "./weather.ts";

/**
 * Hands over the input files, builds the request, passes the checkpoint and submits; each repetition does the same.
 * Throws ClassifiedError: before the checkpoint nothing has been sent. Returns in_doubt when the end that the provider
 * answered with is not that of all that the attempt may have made.
 */
export async function startTask(provider: Provider, message: Message): Promise<"done" | "in_doubt"> {
  const { item } = message;
  const { files, kept } = await handOverFiles(provider, item);
  const prepared = await provider.prepare(item, contextOf(provider, item, files));
  const leaseEnds = untilLeaseEnds(item);
  if (!await checkpoint(message, { files: kept }, termsOf(provider))) {
    superseded(item);
    return "done";
  }
  const answer = await asking(item, () => prepared.send(leaseEnds));
  if (!("externalId" in answer)) return await endedAtOnce(message, answer);
  await taken(message, answer);
  return "done";
}

/** Logs that the submit is not this worker's to make: the attempt has ended, or another worker is at it. */
function superseded({ job, attempt }: WorkItem): void {
  logJob(job.id, "superseded", { attempt: attempt.attempt, dispatch: attempt.dispatch });
}

/** The provider has the task. Where its job has ended meanwhile, the outbox of cancels knows it from here on. */
export async function taken(message: Message, answer: Submitted): Promise<void> {
  const { job, attempt, account } = message.item;
  const status = await submitted(message, answer);
  logJob(job.id, "running", {
    taskId: answer.externalId,
    account: account.name,
    attempt: attempt.attempt,
    ...status === "processing" ? {} : { status },
  });
}

/** The provider has done its work within the submit. */
async function endedAtOnce(message: Message, ended: Ended): Promise<"done" | "in_doubt"> {
  if (ended.state === "succeeded") {
    await keep(message, ended);
    return "done";
  }
  const { failure, raw } = ended;
  const verdict = await attemptFailed(message, { ...failure, raw });
  logJob(message.item.job.id, verdict, { error_code: failure.code, retry_class: failure.retryClass });
  return verdict === "in_doubt" ? "in_doubt" : "done";
}
