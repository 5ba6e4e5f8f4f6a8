/** Starting a task at its provider: files first, then the submit, then telling the engine. */
import { checkpoint, type Submitted, submitted } from "../engine/attempts.ts";
import type { Message, WorkItem } from "../engine/work_item.ts";
import type { Provider, SubmitContext } from "../providers/provider.ts";
import { callbackUrl } from "../runtime/env.ts";
import { logError, logJob } from "../runtime/log.ts";
import { handOverFiles } from "./hand_over_files.ts";

// As long as the lease.
const SUBMIT_TIMEOUT_MS = 60_000;

/**
 * Hands over the input files and submits. `isNoted`: the engine knows already that the submit begins; else it is told, and
 * says whether the attempt is still current.
 */
export async function startTask(
  provider: Provider,
  message: Message,
  { isNoted = false }: { isNoted?: boolean } = {},
): Promise<void> {
  const { item } = message;
  const files = await handOverFiles(provider, item);
  const prepared = await provider.prepare(item, contextOf(provider, item, files));
  // Tools without files are noted as submitting when they are received, which spares this call.
  const mustNote = !isNoted && item.tool_settings.files;
  if (mustNote && !await checkpoint(message, { files })) return superseded(item);
  const answer = await prepared.send(AbortSignal.timeout(SUBMIT_TIMEOUT_MS));
  if (!("externalId" in answer)) throw new Error(`${provider.name} answered a submit with its end`);
  await taken(provider, message, answer);
}

/** Logs that the attempt is no longer current: its job has ended, or has another attempt. */
export function superseded({ job, attempt }: WorkItem): void {
  logJob(job.id, "superseded", { attempt: attempt.attempt });
}

/** The provider has the task. One whose job was ended meanwhile is stopped, if it can be. */
export async function taken(provider: Provider, message: Message, answer: Submitted): Promise<void> {
  const { item } = message;
  const { job, attempt } = item;
  const status = await submitted(message, answer);
  logJob(job.id, "running", {
    taskId: answer.externalId,
    account: item.account.name,
    attempt: attempt.attempt,
  });
  if (status === "cancelled" || status === "failed") {
    const checkpoint = { ...attempt.checkpoint, ...answer.checkpoint };
    await provider.cancel?.({ ...item, attempt: { ...attempt, checkpoint } }, answer.externalId)
      .catch((error) => logError("cancel", error));
  }
}

/** What a submit of this work is given. */
export function contextOf(
  provider: Provider,
  { job, attempt }: WorkItem,
  files: SubmitContext["files"],
): SubmitContext {
  return { callbackUrl: callbackUrl(provider.name, job.id, attempt.token), files };
}
