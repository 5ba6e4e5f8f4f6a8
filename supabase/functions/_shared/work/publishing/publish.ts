/** Publishing: a message of the lane `publication` is prepared and committed, or its commit that is in doubt is looked for. */
import { circuitSeconds } from "../../engine/circuit.ts";
import type { Message } from "../../engine/work_item.ts";
import { PlatformError } from "../../platforms/platform.ts";
import { logJob } from "../../runtime/log.ts";
import { commit } from "./commit.ts";
import { leaveInDoubt, reconcile } from "./doubt.ts";
import { mediaOf } from "./media/media_of.ts";
import { observe } from "./observe.ts";
import { prepare } from "./prepare.ts";
import { refused } from "./refused.ts";
import { beginTurn, type Means, type Turn } from "./turn.ts";
import type { Turned } from "./turned.ts";

/** The provider of the lane `publication`: what is submitted there is published. */
export function isPublication({ item: { provider } }: Message): boolean {
  return provider === "publication";
}

/**
 * Works on one message of a publication until it is done with, or put off. `deadline`: milliseconds since 1970, until when
 * there is time. Throws only when the database does: then the message comes again when its lease ends.
 */
export async function publishMessage(message: Message, means: Means, deadline: number): Promise<Turned> {
  const { attempt, job } = message.item;
  const isTaken = attempt.external_id !== null || attempt.word !== null ||
    ["submitted", "settling", "produced"].includes(attempt.phase);
  if (isTaken) return await observe(message, means, deadline);
  const isInDoubt = attempt.phase === "submitting";
  const closed = circuitSeconds(message.item);
  if (closed > 0 && isInDoubt) return await leaveInDoubt(message, "the platform is down");
  let turn: Turn | undefined;
  try {
    // In its line it keeps no slot from other platforms.
    if (closed > 0) throw platformPaused(closed);
    const begun = turn = await beginTurn(message, deadline, means);
    logJob(job.id, isInDoubt ? "in doubt" : "publishing", { attempt: attempt.attempt, phase: attempt.phase });
    // Past preparing, a post may be there: an earlier worker was at its commit.
    const found = isInDoubt ? await reconcile(begun) : null;
    return found ?? await publish(begun);
  } catch (error) {
    return await refused(message, error, turn?.isCommitted ?? false);
  }
}

function platformPaused(seconds: number): PlatformError {
  return new PlatformError({
    class: "wait",
    scope: "publication",
    code: "platform_paused",
    message: "The platform is down",
    retryAfterMs: seconds * 1000,
  });
}

async function publish(turn: Turn): Promise<Turned> {
  const media = await mediaOf(turn);
  if ("is" in media) return media;
  turn.media = media;
  return await prepare(turn) ?? await commit(turn);
}
