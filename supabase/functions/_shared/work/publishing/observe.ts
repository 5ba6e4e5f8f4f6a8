/** Observing: what becomes of a commit that the platform has taken. */
import { EsteiraError } from "../../../../../shared/errors/errors.ts";
import { circuitSeconds } from "../../engine/circuit.ts";
import { deadlinePassed } from "../../engine/endings.ts";
import { defer } from "../../engine/messages.ts";
import { publicationFailed, published } from "../../engine/publications.ts";
import type { Message } from "../../engine/work_item.ts";
import { type Observed, type Platform, PlatformError } from "../../platforms/platform.ts";
import { logError } from "../../runtime/log.ts";
import { ask, kept } from "./ask.ts";
import { logCompleted, logFailed } from "./log_publication.ts";
import { mediaOf } from "./media/media_of.ts";
import { beginTurn, type Means, type Turn } from "./turn.ts";
import { DONE, type Turned } from "./turned.ts";
import { isOverdue, lookLater } from "./waiting.ts";

// A failure that was seen once may be a passing one: it is believed at the second reading.
const SECOND_READING_SECONDS = 20;
const FIRST_WAIT_SECONDS = 3;

/** Looks after a publication whose commit was taken. Throws only when the database does. */
export async function observe(message: Message, means: Means, deadline: number): Promise<Turned> {
  const platform = means.platformNamed(message.item.publication?.connection.platform ?? "");
  const closed = circuitSeconds(message.item);
  if (closed > 0) return await again(message, platform, "the platform is down", closed);
  let turn: Turn;
  try {
    turn = await beginTurn(message, deadline, means);
  } catch (error) {
    return await again(message, platform, whyNot(error));
  }
  return await lookAfter(turn, message.item.attempt.external_id ?? "");
}

/** Looks once what has become of a commit that was taken under this name. */
export async function lookAfter(turn: Turn, id: string): Promise<Turned> {
  const late = await withMedia(turn);
  if (late) return late;
  let observed: Observed;
  try {
    observed = await ask(turn, (work) => turn.platform.observe(work, id));
  } catch (error) {
    return await again(turn.message, turn.platform, whyNot(error));
  }
  return await conclude(turn, observed);
}

/** Has the files at hand where the platform wants them. Without them it is observed all the same. */
async function withMedia(turn: Turn): Promise<Turned | null> {
  if (turn.media.length > 0 || !turn.platform.observeNeedsMedia?.(turn.content)) return null;
  try {
    const media = await mediaOf(turn);
    if ("is" in media) return media;
    turn.media = media;
  } catch (error) {
    // Of the database; whatever else keeps us from the files says nothing of the post.
    if (error instanceof EsteiraError) throw error;
    logError("observe", error, { job: turn.message.item.job.id });
  }
  return null;
}

/** Whatever keeps us from looking says nothing of the post. Throws what is no answer of the platform. */
function whyNot(error: unknown): string {
  if (error instanceof PlatformError) return error.message;
  throw error;
}

async function conclude(turn: Turn, observed: Observed): Promise<Turned> {
  const { message } = turn;
  switch (observed.state) {
    case "published": {
      const { postId, permalink } = observed;
      const warnings = kept(turn, [...turn.publication.warnings, ...observed.warnings ?? []]);
      const post = { postId, permalink, warnings, raw: kept(turn, observed.raw) };
      logCompleted(turn, await published(message, post), post);
      return DONE;
    }
    case "processing":
      return await again(message, turn.platform, "the platform is at it", observed.seconds);
    case "unknown":
      return await again(message, turn.platform, kept(turn, observed.reason));
    case "failed":
      return await failed(turn, observed);
  }
}

/** The platform has it, and has made nothing of it: there is no post. */
async function failed(turn: Turn, { failure, raw }: Extract<Observed, { state: "failed" }>): Promise<Turned> {
  const { message } = turn;
  if (!message.item.attempt.checkpoint.failure_seen) {
    await defer(message, SECOND_READING_SECONDS, { failure_seen: true });
    return { is: "later", seconds: SECOND_READING_SECONDS };
  }
  const told = kept(turn, { ...failure, raw });
  const verdict = await publicationFailed(message, told, { isAllOver: true });
  logFailed(message, verdict, told);
  if (verdict !== "in_doubt") return DONE;
  return await again(message, null, "another commit of the same attempt may have gone through");
}

/** Looks again later, until the attempt's deadline: then the job ends with an outcome that nobody knows, unless it is known. */
async function again(
  message: Message,
  platform: Platform | null,
  why: string,
  least = FIRST_WAIT_SECONDS,
): Promise<Turned> {
  if (!isOverdue(message)) return await lookLater(message, why, least);
  const { publication, attempt, job } = message.item;
  if (publication && attempt.external_id !== null && isThere(platform, attempt.external_id)) {
    const warning = { code: "permalink_unavailable", message: `Its address is not known. ${why}` };
    const post = { postId: null, permalink: null, warnings: [...publication.warnings, warning], raw: null };
    logCompleted({ message, publication, option: job.tool }, await published(message, post), post);
    return DONE;
  }
  const verdict = await deadlinePassed(message, `Nobody knows whether it is there: ${why}`);
  if (verdict === "not_yet") return await lookLater(message, why, least);
  logFailed(message, verdict, { class: "unknown", code: "outcome_unknown", message: why });
  return DONE;
}

function isThere(platform: Platform | null, id: string): boolean {
  const { takenIsThere = false } = platform ?? {};
  return typeof takenIsThere === "function" ? takenIsThere(id) : takenIsThere;
}
