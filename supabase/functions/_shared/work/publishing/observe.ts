/** Observing: what becomes of a commit that the platform has taken. */
import { circuitSeconds } from "../../engine/circuit.ts";
import { acknowledge, defer } from "../../engine/messages.ts";
import { publicationFailed, published } from "../../engine/publications.ts";
import type { Message } from "../../engine/work_item.ts";
import { type Observed, PlatformError } from "../../platforms/platform.ts";
import { logJob } from "../../runtime/log.ts";
import { askAgain } from "../settle_waiting.ts";
import { ask, kept } from "./ask.ts";
import { logCompleted, logFailed } from "./log_publication.ts";
import { beginTurn, type Means, type Turn } from "./turn.ts";

// A failure that was seen once may be a passing one: it is believed at the second reading.
const SECOND_READING_SECONDS = 20;

/** Works on one settle message of a publication to its end. Throws only when the database does. */
export async function observeMessage(message: Message, means: Means, deadline: number): Promise<void> {
  const { attempt, job } = message.item;
  if (attempt.external_id === null) {
    // Its commit is in doubt: that is for the lane's own message.
    logJob(job.id, "left to reconcile", { phase: attempt.phase });
    return await acknowledge(message);
  }
  const closed = circuitSeconds(message.item);
  if (closed > 0) return await askAgain(message, "the platform is down", closed);
  let turn: Turn;
  let observed: Observed;
  try {
    const begun = turn = await beginTurn(message, deadline, means);
    observed = await ask(begun, (work) => begun.platform.observe(work, attempt.external_id ?? ""));
  } catch (error) {
    // Whatever keeps us from looking says nothing of the post.
    if (!(error instanceof PlatformError)) throw error;
    return await askAgain(message, error.message);
  }
  await conclude(turn, observed);
}

async function conclude(turn: Turn, observed: Observed): Promise<void> {
  const { message } = turn;
  switch (observed.state) {
    case "published": {
      const { postId, permalink } = observed;
      const warnings = kept(turn, [...turn.publication.warnings, ...observed.warnings ?? []]);
      const post = { postId, permalink, warnings, raw: kept(turn, observed.raw) };
      return logCompleted(turn, await published(message, post), post);
    }
    case "processing":
      return await askAgain(message, "the platform is at it", observed.seconds);
    case "unknown":
      return await askAgain(message, kept(turn, observed.reason));
    case "failed":
      return await failed(turn, observed);
  }
}

/** The platform has it, and has made nothing of it: there is no post. */
async function failed(turn: Turn, { failure, raw }: Extract<Observed, { state: "failed" }>): Promise<void> {
  const { message } = turn;
  if (!message.item.attempt.checkpoint.failure_seen) {
    return await defer(message, SECOND_READING_SECONDS, { failure_seen: true });
  }
  const told = kept(turn, { ...failure, raw });
  const verdict = await publicationFailed(message, told, { isAllOver: true });
  logFailed(message, verdict, told);
  if (verdict === "in_doubt") {
    await askAgain(message, "another commit of the same attempt may have gone through");
  }
}
