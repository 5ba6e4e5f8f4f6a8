/** Why TikTok refused, and why a post came to nothing. */
import { z } from "zod";
import { TIKTOK_SCOPES } from "../../../../../shared/publishing/tiktok_rules.ts";
import { httpError, httpFailure, isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { missingScope } from "../kit/words.ts";
import { PlatformError, type PlatformFailure } from "../platform.ts";
import { meaningOf, RATE_LIMITED, SCOPE_MISSING, type TikTokVerdict, verdictOf } from "./codes.ts";
import { type Asked, limitOf } from "./limits.ts";
import { problemOf } from "./problem.ts";

/** A question, and the scope that it takes. */
export interface Question {
  asked: Asked;
  scope: string;
}

/** What direct posts and drafts are asked with. */
export function questionOf(asked: Asked, isDraft: boolean): Question {
  return { asked, scope: isDraft ? TIKTOK_SCOPES.draft : TIKTOK_SCOPES.direct };
}

/**
 * The data of an answer that went well. Throws PlatformError for one that did not, whatever its HTTP status: TikTok says so in
 * `error.code`.
 */
export function dataOf<Data>(
  answer: PlatformAnswer,
  schema: z.ZodType<Data>,
  question: Question,
  what: string,
): Data {
  const { code } = problemOf(answer);
  const isWell = answer.status >= 200 && answer.status < 300 && (code === null || code === "ok");
  if (!isWell) throw failureOf(answer, question);
  const read = z.looseObject({ data: schema }).safeParse(answer.body);
  if (!read.success) throw malformedAnswer(what, answer.raw, question.asked === "commit");
  return read.data.data;
}

/**
 * The error of an answer that is one. A commit is in doubt after TikTok's own trouble, and after what is no answer of TikTok's.
 */
export function failureOf(answer: PlatformAnswer, { asked, scope }: Question): PlatformError {
  const { status, raw } = answer;
  const { code, message: words, isPage } = problemOf(answer);
  const isCommit = asked === "commit";
  const verdict = verdictOf(status, code === "ok" ? null : code, isPage);
  const message = messageOf(verdict, words) ?? `TikTok answered HTTP ${status}`;
  if (isServersTrouble(status)) {
    const own = verdict.isBusy ? { code: verdict.code } : {};
    return httpError(answer, { class: "wait", message, ...own }, isCommit);
  }
  if (verdict.code === SCOPE_MISSING) return new PlatformError(missingScope(scope, raw));
  const isDoubtful = isCommit && (verdict.isBusy === true || status < 400 && verdict.class === "backoff");
  const said = {
    ...bare(verdict),
    message,
    ...verdict.code === RATE_LIMITED ? limitOf(answer, message, asked) : {},
    ...isDoubtful ? { class: "unknown" as const } : {},
  };
  return new PlatformError(httpFailure(answer, said), { isAmbiguous: isDoubtful });
}

/** Why a post failed that TikTok had taken. A reason that nobody knows is none to send it again for. */
export function failedFor(reason: string | null, raw: unknown): PlatformFailure {
  const verdict: TikTokVerdict = (reason === null ? undefined : meaningOf(reason)) ??
    { class: "never", scope: "publication", code: reason ?? "failed" };
  const words = reason === null ? "TikTok says that it failed, and not why" : `TikTok says: ${reason}`;
  // Nobody says how long a limit lasts that was met after the post was taken.
  const limit = verdict.code === RATE_LIMITED ? { retryAfterMs: 60_000 } : {};
  return { ...bare(verdict), ...limit, message: verdict.words ?? words, raw };
}

function bare({ class: failureClass, scope, code, retryAfterMs }: TikTokVerdict) {
  return { class: failureClass, scope, code, ...retryAfterMs === undefined ? {} : { retryAfterMs } };
}

function messageOf({ words: ours }: TikTokVerdict, theirs: string | null): string | null {
  return ours === undefined ? theirs : theirs === null ? ours : `${ours}. TikTok: ${theirs}`;
}
