/** Why LinkedIn refused. */
import { httpError, httpFailure, isServersTrouble } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { PlatformError } from "../platform.ts";
import {
  DUPLICATE,
  FORBIDDEN,
  type LinkedInVerdict,
  RATE_LIMITED,
  verdictOf,
  VERSION_SUNSET,
} from "./codes.ts";
import { limitOf } from "./limits.ts";
import { problemOf } from "./problem.ts";

/** What was asked: the commit, something of an upload, or what only reads. */
export type Asked = "commit" | "upload" | "read";

/** Clear words for what an operator has to do, where LinkedIn's own say only that something is not there. */
const ADVICE: Readonly<Record<string, string>> = {
  [VERSION_SUNSET]: "LinkedIn serves this version of its API no more: name a newer one in the platform's row",
};

/** Whether an answer is a success. */
export function isSuccess({ status }: Pick<PlatformAnswer, "status">): boolean {
  return status >= 200 && status <= 299;
}

/**
 * The error of an answer that is one. A commit is in doubt after the server's own trouble, after an answer that is nobody's
 * refusal, and where LinkedIn says that it has such a post.
 */
export function failureOf(answer: PlatformAnswer, asked: Asked): PlatformError {
  const { status, headers } = answer;
  const problem = problemOf(answer);
  const verdict = verdictOf(status, problem);
  const words = problem.message ?? `LinkedIn answered HTTP ${status}`;
  const advice = ADVICE[verdict.code];
  const message = advice === undefined ? words : `${advice} (${words})`;
  if (isServersTrouble(status)) {
    return httpError(answer, { class: "wait", message }, asked === "commit");
  }
  const isDoubtful = asked === "commit" && (verdict.code === DUPLICATE || status < 400);
  const limits = verdict.code === RATE_LIMITED ? limitedBy(headers, words, asked) : {};
  const failureClass = isDoubtful ? "unknown" : classOf(verdict, asked);
  return new PlatformError(
    httpFailure(answer, { ...verdict, ...scopeOf(verdict, asked), message, ...limits, class: failureClass }),
    { isAmbiguous: isDoubtful },
  );
}

/**
 * Who may not look may publish all the same: many may, for what people post only few apps are let read. And a duplicate of
 * something that makes no post is a mistake of ours, and no doubt.
 */
function classOf({ class: failureClass, code }: LinkedInVerdict, asked: Asked): LinkedInVerdict["class"] {
  if (failureClass === "unknown") return "never";
  return asked === "read" && code === FORBIDDEN ? "never" : failureClass;
}

function scopeOf({ code }: LinkedInVerdict, asked: Asked) {
  return asked === "read" && code === FORBIDDEN ? { scope: "publication" as const } : {};
}

function limitedBy(headers: Headers, words: string, asked: Asked) {
  const limit = limitOf(headers, words);
  // Each call has a quota of its own: who has read too often may still post.
  return asked === "read" ? { ...limit, scope: "publication" as const } : limit;
}
