/** LinkedIn's tokens: asked for, read, and why there are none. */
import { grantGone, httpError, isServersTrouble } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { appRefused, signInRefused, tokensIn } from "../kit/token_answer.ts";
import type { PlatformApp, PlatformError, Tokens } from "../platform.ts";
import { siteOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

/** A request about tokens. The app proves itself in the form. */
export async function askForTokens(
  app: PlatformApp,
  path: string,
  form: Record<string, string>,
  secrets: readonly (string | undefined)[],
): Promise<PlatformAnswer> {
  return await callPlatform(app, {
    url: siteOf(app) + path,
    form: { ...form, client_id: app.clientId, client_secret: app.clientSecret },
    secrets,
  });
}

/** The tokens of an answer. Throws PlatformError where there are none. */
export function tokensOf(answer: PlatformAnswer): Tokens {
  const tokens = tokensIn(answer, "LinkedIn");
  return tokens.refreshToken === null ? { ...tokens, refreshExpiresIn: null } : tokens;
}

/** Why no tokens were given, or taken back. */
export function tokenFailure(
  answer: PlatformAnswer,
  asked: "sign-in" | "refresh" | "revocation",
): PlatformError {
  const { status, raw, body } = answer;
  const { oauth, message: words } = problemOf(answer);
  const message = words ?? oauth ?? `LinkedIn answered HTTP ${status}`;
  if (isServersTrouble(status)) return httpError(answer, { class: "wait", message });
  if (status === 429) return failureOf(answer, "upload");
  // Nobody's connection ends without a word of LinkedIn's.
  if (body === undefined) return httpError(answer, { class: "backoff", message });
  if (oauth === "invalid_client" || oauth === "unauthorized_client" || oauth === "invalid_client_id") {
    return appRefused(message, raw);
  }
  const isOfTheGrant = oauth !== null || status === 400 || status === 401;
  if (asked === "refresh" && isOfTheGrant) return grantGone(message, raw);
  if (asked === "sign-in" && isOfTheGrant) {
    return signInRefused(message, raw);
  }
  return failureOf(answer, "read");
}
