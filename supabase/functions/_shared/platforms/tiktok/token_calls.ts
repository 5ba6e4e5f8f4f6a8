/** TikTok's tokens: asked for, read, and why there are none. */
import { grantGone, httpError, isServersTrouble } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { appRefused, signInRefused, tokensIn } from "../kit/token_answer.ts";
import type { PlatformApp, PlatformError, Tokens } from "../platform.ts";
import { apiOf } from "./address.ts";
import { problemOf } from "./problem.ts";

/** The words of OAuth 2 that are about the app, and not about who signed in. */
const OF_THE_APP: readonly string[] = [
  "invalid_client",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
];

/** A request about tokens, in which the app says who it is. */
export async function askForTokens(
  app: PlatformApp,
  path: "/oauth/token/" | "/oauth/revoke/",
  form: Record<string, string>,
  secrets: readonly string[],
): Promise<PlatformAnswer> {
  return await callPlatform(app, {
    url: apiOf(app) + path,
    form: { client_key: app.clientId, client_secret: app.clientSecret, ...form },
    secrets,
  });
}

/** The tokens of an answer; TikTok says what went wrong in the body, whatever the status. Throws PlatformError. */
export function tokensOf(answer: PlatformAnswer, asked: "sign-in" | "refresh"): Tokens {
  if (answer.status !== 200 || problemOf(answer).oauth !== null) throw tokenFailure(answer, asked);
  return tokensIn(answer, "TikTok");
}

/** Why no tokens were given, or taken back. */
export function tokenFailure(
  answer: PlatformAnswer,
  asked: "sign-in" | "refresh" | "revocation",
): PlatformError {
  const { status, raw, body } = answer;
  const { code, oauth, message: words } = problemOf(answer);
  const message = words ?? oauth ?? `TikTok answered HTTP ${status}`;
  if (isServersTrouble(status)) return httpError(answer, { class: "wait", message });
  if (status === 429 || code === "rate_limit_exceeded" || oauth === "rate_limit_exceeded") {
    return httpError(answer, { class: "wait", code: "rate_limited", message, retryAfterMs: 60_000 });
  }
  // Nobody's connection ends without a word of TikTok's.
  if (body === undefined || oauth === null) return httpError(answer, { class: "backoff", message });
  if (OF_THE_APP.includes(oauth)) {
    return appRefused(message, raw);
  }
  const isOfTheGrant = ["invalid_grant", "invalid_request", "access_denied"].includes(oauth);
  if (!isOfTheGrant) return httpError(answer, { class: "backoff", code: oauth, message });
  return asked === "sign-in" ? signInRefused(message, raw) : grantGone(message, raw);
}
