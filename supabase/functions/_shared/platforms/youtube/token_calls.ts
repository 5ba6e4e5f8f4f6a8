/** Google's tokens: asked for, read, and why there are none. */
import { grantGone, httpError, isServersTrouble } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { appRefused, signInRefused, tokensIn } from "../kit/token_answer.ts";
import type { PlatformApp, PlatformError, Tokens } from "../platform.ts";
import { tokensAt } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

/** What Google says where it is the app that is at fault. */
const OF_THE_APP: readonly string[] = [
  "invalid_client",
  "unauthorized_client",
  "org_internal",
  "deleted_client",
];
/** The grant is over for whatever reason. */
const OF_THE_GRANT: readonly string[] = ["invalid_grant", "admin_policy_enforced", "access_denied"];

/** A request about tokens, in which the app proves itself. */
export async function askForTokens(
  app: PlatformApp,
  path: string,
  form: Record<string, string | undefined>,
  secrets: readonly (string | undefined)[],
): Promise<PlatformAnswer> {
  return await callPlatform(app, { url: tokensAt(app) + path, form, secrets });
}

/** The tokens of an answer; a refresh token that is not there, or empty, is none. Throws PlatformError. */
export function tokensOf(answer: PlatformAnswer): Tokens {
  return tokensIn(answer, "Google");
}

/** Why no tokens were given, or taken back. Nobody's connection ends without a word about its grant. */
export function tokenFailure(
  answer: PlatformAnswer,
  asked: "sign-in" | "refresh" | "revocation",
): PlatformError {
  const { status, raw } = answer;
  const { oauth, message: words } = problemOf(answer);
  const message = words ?? oauth ?? `Google answered HTTP ${status}`;
  if (isServersTrouble(status)) return httpError(answer, { class: "wait", message });
  if (oauth !== null && OF_THE_APP.includes(oauth)) {
    return appRefused(message, raw);
  }
  if (asked === "refresh" && oauth !== null && OF_THE_GRANT.includes(oauth)) return grantGone(message, raw);
  if (asked === "sign-in" && oauth !== null) {
    return signInRefused(message, raw);
  }
  if (oauth !== null || status === 400 || answer.body === undefined) {
    return httpError(answer, { class: "backoff", message });
  }
  return failureOf(answer, "read");
}
