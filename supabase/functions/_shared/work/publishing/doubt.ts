/** Commits of which nobody knows whether they went through: looked for, and made again only when it is sure that they did not. */
import { noneFound } from "../../engine/attempts.ts";
import { submitUnknown } from "../../engine/endings.ts";
import { defer, type Note } from "../../engine/messages.ts";
import { publicationFailed } from "../../engine/publications.ts";
import type { Message } from "../../engine/work_item.ts";
import {
  type Committed,
  PlatformError,
  type PlatformFailure,
  type Reconciled,
} from "../../platforms/platform.ts";
import { logError, logJob } from "../../runtime/log.ts";
import { ask, kept } from "./ask.ts";
import { taken } from "./commit.ts";
import { logFailed } from "./log_publication.ts";
import type { Turn } from "./turn.ts";
import { DONE, type Turned } from "./turned.ts";
import { isOverdue, lookLater } from "./waiting.ts";

const FIRST_LOOK_SECONDS = 5;
const LOOK_AGAIN_SECONDS = 2;
/** Looks that found nothing, a minute apart, with nobody at a commit: then there is nothing. */
export const ENOUGH_NONES = 2;
/** The engine's own limit: see `worker.checkpoint`. */
const MAX_COMMITS = 3;

/** What is to be done with a publication in doubt: null, it is to be committed again. */
export async function reconcile(turn: Turn): Promise<Turned | null> {
  const { message, platform } = turn;
  const { reconcile } = platform;
  if (!reconcile) return await giveUp(message);
  let found: Reconciled;
  try {
    found = await ask(turn, (work) => reconcile.call(platform, work));
  } catch (error) {
    // Whatever keeps us from looking says nothing of the commit.
    if (!(error instanceof PlatformError)) throw error;
    logError("reconcile", error, { job: message.item.job.id });
    return await leaveInDoubt(message, error.message);
  }
  switch (found.state) {
    case "there":
      return await taken(turn, thereAs(found));
    case "unknown":
      // It was not there twice, and is being prepared anew: what that has made says nothing of what was before.
      if (mayCommitAgain(message, message.item.attempt.nones)) return null;
      if (found.isForGood) return await giveUp(message);
      return await leaveInDoubt(message, kept(turn, found.reason));
    case "not_there":
      return await notThere(message);
  }
}

/** What was found may still be processed: `observe` tells. */
function thereAs({ id, permalink, raw }: Extract<Reconciled, { state: "there" }>): Committed {
  return { id, state: "processing", permalink: permalink ?? null, raw };
}

async function notThere(message: Message): Promise<Turned | null> {
  const nones = await noneFound(message);
  logJob(message.item.job.id, "not there", { nones });
  if (nones < ENOUGH_NONES) return await leaveInDoubt(message, "the platform does not show it");
  const { wait } = message.item.attempt.checkpoint;
  if (wait) return await waitAfterAll(message, { ...wait, class: "wait" });
  if (mayCommitAgain(message, nones)) return null;
  return await leaveInDoubt(message, "the platform does not show it");
}

function mayCommitAgain(message: Message, nones: number): boolean {
  return nones >= ENOUGH_NONES && !isOverdue(message) && message.item.attempt.submits < MAX_COMMITS;
}

/** It is not there, and the answer said to wait: another commit now would be answered likewise, or worse. */
async function waitAfterAll(message: Message, failure: PlatformFailure): Promise<Turned> {
  const verdict = await publicationFailed(message, failure, { isAllOver: true });
  logFailed(message, verdict, failure);
  return verdict === "in_doubt" ? await leaveInDoubt(message, failure.message) : DONE;
}

/**
 * Looks again later, until the attempt's deadline; then the job ends with an outcome that nobody knows. `answer`: what left
 * it in doubt; a wait that it asks for is kept.
 */
export async function leaveInDoubt(message: Message, why: string, answer?: PlatformFailure): Promise<Turned> {
  if (isOverdue(message)) return await giveUp(message);
  return await lookLater(message, `in doubt: ${why}`, FIRST_LOOK_SECONDS, answer ? waitIn(answer) : {});
}

function waitIn({ scope, code, message, retryAfterMs }: PlatformFailure): Note {
  return retryAfterMs === undefined ? {} : { wait: { scope, code, message, retryAfterMs } };
}

/** Nobody will ever know. SQL looks once more, under the attempt's lock. */
export async function giveUp(message: Message): Promise<Turned> {
  const verdict = await submitUnknown(message);
  logFailed(message, verdict, {
    class: "unknown",
    code: "outcome_unknown",
    message: "The platform never said whether it published this",
  });
  if (verdict !== "known") return DONE;
  await defer(message, LOOK_AGAIN_SECONDS);
  return { is: "later", seconds: LOOK_AGAIN_SECONDS };
}
