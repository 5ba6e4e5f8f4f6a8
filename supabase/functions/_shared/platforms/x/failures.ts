/** Why X refused. */
import { httpError, httpFailure, isServersTrouble } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { missingScope } from "../kit/words.ts";
import { PlatformError } from "../platform.ts";
import { DUPLICATE, RATE_LIMITED, verdictOf, type XVerdict } from "./codes.ts";
import { limitOf } from "./limits.ts";
import { problemOf, type XProblem } from "./problem.ts";

/** What was asked: the commit, a piece of an upload, or something that only reads. */
export type Asked = "commit" | "upload" | "read";

/** Scopes of X, where its words name one. */
const SCOPE = /\b(?:tweet|users|media|offline)\.(?:read|write|access|moderate\.write)\b/;
/** What an upload is refused for is the file's fault, unless X says more. */
const OF_THE_FILE: readonly number[] = [400, 413, 415, 422, 431];

/**
 * The error of an answer that is one. `scopes`: those that the connection was granted, empty where nobody knows. A commit is
 * in doubt after the server's own trouble, after an answer that is nobody's refusal, and where X says that it has such a post.
 */
export function failureOf(
  answer: PlatformAnswer,
  asked: Asked,
  scopes: readonly string[] = [],
): PlatformError {
  const { status } = answer;
  const problem = problemOf(answer);
  const message = problem.message ?? `X answered HTTP ${status}`;
  const verdict = verdictOf(status, problem);
  if (isServersTrouble(status)) {
    const own = problem.type === "internal-error" ? { code: verdict.code } : {};
    return httpError(answer, { class: "wait", message, ...own }, asked === "commit");
  }
  const lacks = lackingScope(answer, problem, verdict, asked, scopes);
  if (lacks) return new PlatformError(missingScope(lacks, answer.raw));
  const said = {
    ...verdict,
    message,
    ...limited(answer, verdict, message, asked),
    ...ofFile(answer, verdict, asked),
  };
  const isDoubtful = asked === "commit" && (verdict.code === DUPLICATE || isNobodys(status));
  // A duplicate of something that makes no post is a mistake of ours, and no doubt.
  const failureClass = isDoubtful ? "unknown" : verdict.class === "unknown" ? "never" : verdict.class;
  return new PlatformError(httpFailure(answer, { ...said, class: failureClass }), {
    isAmbiguous: isDoubtful,
  });
}

/** A success that is none of X's, or a redirect: whoever gave it, the post may be there. */
function isNobodys(status: number): boolean {
  return status < 400;
}

function limited({ headers }: PlatformAnswer, { code }: XVerdict, message: string, asked: Asked) {
  if (code !== RATE_LIMITED) return {};
  const limit = limitOf(headers, message);
  // Who has asked too often what became of posts may still post.
  return asked === "read" && limit.scope === "connection"
    ? { ...limit, scope: "publication" as const }
    : limit;
}

function ofFile({ status }: PlatformAnswer, { class: failureClass, code }: XVerdict, asked: Asked) {
  const isVague = code === "invalid_request" || code === `http_${status}`;
  return asked === "upload" && failureClass === "never" && isVague && OF_THE_FILE.includes(status)
    ? { code: "media_refused" }
    : {};
}

/** The scope that is missing, as X names it; or `media.write`, for whose lack an upload is forbidden without a word. */
function lackingScope(
  { status }: PlatformAnswer,
  { words }: XProblem,
  { code }: XVerdict,
  asked: Asked,
  scopes: readonly string[],
): string | null {
  if (status !== 403 || code !== "forbidden") return null;
  const named = /\bscopes?\b/i.test(words) ? SCOPE.exec(words)?.[0] : undefined;
  if (named !== undefined) return named;
  return asked === "upload" && !scopes.includes("media.write") ? "media.write" : null;
}
