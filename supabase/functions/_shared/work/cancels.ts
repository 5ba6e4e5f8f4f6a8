/** The outbox of cancels: what an ended attempt may have left running is stopped, or waited for, until it is over. */
import { type CancelItem, cancelNoted, type Learnt, taskOver } from "../engine/cancels.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError, logJob } from "../runtime/log.ts";
import { aboutTask, ASKED, LEASE_SECONDS, type Look, noneOf, noteOf, waitOf } from "./cancel_look.ts";
import { cancelSeveral } from "./cancel_several.ts";
import { bestOf, mayHaveSeveral, tasksOf } from "./find_tasks.ts";
import { stopTask } from "./stop_task.ts";

/**
 * Works on one row of the outbox. Returns after how many seconds it is looked at again; null: it is over. Throws only
 * when the database does.
 */
export async function workOnCancel(
  item: CancelItem,
  named: Provider = providerNamed(item.provider),
): Promise<number | null> {
  const closed = circuitSeconds(item);
  if (closed > 0) return await later(item, closed);
  const look = await lookAt(withoutSecrets(named), item).catch((error): Look => {
    if (!(error instanceof ProviderError)) throw error;
    logError("cancel", error, { job: item.job.id, taskId: item.attempt.external_id });
    return {};
  });
  if (!("over" in look)) return await later(item, look.seconds ?? waitOf(item), look.learnt);
  await taskOver(item, look.over);
  logJob(item.job.id, "task over", { how: look.over, taskId: item.attempt.external_id });
  return null;
}

async function later(item: CancelItem, seconds: number, learnt?: Learnt): Promise<number> {
  await cancelNoted(item, seconds, learnt);
  return seconds;
}

async function lookAt(provider: Provider, item: CancelItem): Promise<Look> {
  const { attempt, cancel } = item;
  if (mayHaveSeveral(provider, item)) return await cancelSeveral(provider, item);
  if (attempt.external_id === null) return await lookFor(provider, item);
  // The job has taken this one's result, and there was never another.
  if (attempt.external_id === cancel.accepted_id) return { over: "succeeded" };
  return await stop(provider, item, attempt.external_id, cancel.asked_at !== null);
}

/** Looks for a task of which no id is known, and stops it. Who cannot be looked through may still tell by webhook. */
async function lookFor(provider: Provider, item: CancelItem): Promise<Look> {
  const tasks = await tasksOf(provider, item);
  if (tasks === null) return {};
  const found = bestOf(tasks);
  if (!found) return noneOf(item);
  // Noted first: should this worker die, the next one knows what to ask about.
  await cancelNoted(item, LEASE_SECONDS, noteOf(found));
  return await stop(provider, aboutTask(item, found), found.externalId, false);
}

async function stop(provider: Provider, item: CancelItem, taskId: string, isAsked: boolean): Promise<Look> {
  const standing = await stopTask(provider, item, taskId, isAsked);
  if (standing === "asked") return ASKED;
  return standing === "alive" ? {} : { over: standing };
}
