/** Committing: the one call that makes a publication visible, behind a fence that lets each repetition pass but once. */
import type { SubmitTerms } from "../../engine/attempts.ts";
import { commitPublication, committed, type CommitVerdict, published } from "../../engine/publications.ts";
import { type Committed, type Platform, PlatformError } from "../../platforms/platform.ts";
import { logJob } from "../../runtime/log.ts";
import { untilLeaseEnds } from "../lease.ts";
import { ask, kept } from "./ask.ts";
import { logCompleted } from "./log_publication.ts";
import { lookAfter } from "./observe.ts";
import { step } from "./prepare.ts";
import type { Turn } from "./turn.ts";
import { DONE, superseded, type Turned } from "./turned.ts";

/** The fence, or the limits of platform or connection, let nothing pass now; nothing was sent. */
class NotNow extends Error {
  override readonly name = "NotNow";
  constructor(readonly verdict: CommitVerdict) {
    super(verdict.verdict);
  }
}

/**
 * Passes the fence and sends the commit. A token that the platform refuses is renewed and the commit sent once more behind
 * the same fence: what was refused was not done, and nobody else may send within this lease. Throws PlatformError.
 */
export async function commit(turn: Turn): Promise<Turned> {
  const { message, platform } = turn;
  let signal: AbortSignal | undefined;
  let answer: Committed;
  try {
    answer = await ask(turn, async (work) => {
      const built = platform.commit(work);
      if (!signal) {
        const verdict = await commitPublication(message, termsOf(platform));
        if (verdict.verdict !== "commit") throw new NotNow(verdict);
        signal = untilLeaseEnds(message.item);
        turn.isCommitted = true;
        turn.committedAt = new Date().toISOString();
      }
      return await built.send(signal);
    });
  } catch (error) {
    if (error instanceof NotNow) return notNow(turn, error.verdict);
    if (error instanceof PlatformError && !await keptFacts(turn, error)) return superseded(turn);
    throw error;
  }
  return await taken(turn, answer);
}

/** Keeps what an answer says to those who prepare it anew; false: the attempt is no longer current. */
async function keptFacts(turn: Turn, { facts, failure: { code, message } }: PlatformError): Promise<boolean> {
  if (Object.keys(facts).length === 0) return true;
  return await step(turn, { step: "commit", name: "commit_refused", facts, details: { code, message } });
}

/** By what a commit is judged: one that was lost may be made again only where it can be seen that it is not there. */
function termsOf({ reconcile }: Platform): SubmitTerms {
  return { resubmit: reconcile ? "at_least_once" : "reconcile_only", can_stop: false };
}

/** What was never committed is in its line again; what was, comes back later. The engine has seen to either. */
function notNow(turn: Turn, { verdict, hold, seconds }: CommitVerdict): Turned {
  if (verdict === "superseded") return superseded(turn);
  logJob(turn.message.item.job.id, verdict, { hold, seconds });
  return DONE;
}

/** The platform has the post, or will: its name is kept before anything else is done. */
export async function taken(turn: Turn, answer: Committed): Promise<Turned> {
  const { message, publication } = turn;
  const raw = kept(turn, answer.raw);
  const status = await committed(message, { id: answer.id, raw });
  logJob(message.item.job.id, "running", {
    taskId: answer.id,
    platform: publication.connection.platform,
    attempt: message.item.attempt.attempt,
    ...status === "processing" ? {} : { status },
  });
  if (status !== "processing") return DONE;
  if (answer.state !== "published") return await lookAfter(turn, answer.id);
  const post = {
    postId: answer.id,
    permalink: answer.permalink ?? null,
    warnings: kept(turn, answer.warnings ?? []),
    raw,
  };
  const verdict = await published(message, post);
  logCompleted(turn, verdict, post);
  return DONE;
}
