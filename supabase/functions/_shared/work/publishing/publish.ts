/** Publishing: a message of the lane `publication` is prepared and committed, or its commit that is in doubt is looked for. */
import { acknowledge, defer } from "../../engine/messages.ts";
import { circuitSeconds } from "../../engine/circuit.ts";
import type { Message } from "../../engine/work_item.ts";
import { logJob } from "../../runtime/log.ts";
import { commit } from "./commit.ts";
import { reconcile } from "./doubt.ts";
import { mediaOf } from "./media/media_of.ts";
import { prepare } from "./prepare.ts";
import { refused } from "./refused.ts";
import { beginTurn, type Means, type Turn } from "./turn.ts";
import { DONE, type Turned } from "./turned.ts";

/** The provider of the lane `publication`: what is submitted there is published. */
export function isPublication({ item: { provider } }: Message): boolean {
  return provider === "publication";
}

/**
 * Works on one message of the lane until it is done with, or put off. `deadline`: milliseconds since 1970, until when there
 * is time. Throws only when the database does: then the message comes again when its lease ends.
 */
export async function publishMessage(message: Message, means: Means, deadline: number): Promise<Turned> {
  const { job, attempt } = message.item;
  const isToSettle = attempt.external_id !== null || attempt.word !== null ||
    ["submitted", "settling", "produced"].includes(attempt.phase);
  if (isToSettle) {
    logJob(job.id, "left to settle", { phase: attempt.phase });
    await acknowledge(message);
    return DONE;
  }
  const closed = circuitSeconds(message.item);
  if (closed > 0) {
    logJob(job.id, "the platform is down", { seconds: closed });
    await defer(message, closed);
    return { is: "later", seconds: closed };
  }
  let turn: Turn | undefined;
  try {
    const begun = turn = await beginTurn(message, deadline, means);
    // Past preparing, a post may be there: an earlier worker was at its commit.
    const found = attempt.phase === "submitting" ? await reconcile(begun) : null;
    return found ?? await publish(begun);
  } catch (error) {
    return await refused(message, error, turn?.isCommitted ?? false);
  }
}

async function publish(turn: Turn): Promise<Turned> {
  const media = await mediaOf(turn);
  if ("is" in media) return media;
  turn.media = media;
  return await prepare(turn) ?? await commit(turn);
}
