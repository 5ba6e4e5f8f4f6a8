/** X's tokens: asked for, read, and why there are none. */
import { Buffer } from "node:buffer";
import { grantGone, httpError, isServersTrouble } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { appRefused, signInRefused, tokensIn } from "../kit/token_answer.ts";
import type { PlatformApp, PlatformError, Tokens } from "../platform.ts";
import { apiOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

/** A request about tokens: an app with a secret proves itself by it, another names itself alone. */
export async function askForTokens(
  app: PlatformApp,
  path: string,
  form: Record<string, string | undefined>,
  secrets: readonly (string | undefined)[],
): Promise<PlatformAnswer> {
  const pair = [app.clientId, app.clientSecret].map(encodeURIComponent).join(":");
  const basic = Buffer.from(pair).toString("base64");
  const isConfidential = app.clientSecret !== "";
  return await callPlatform(app, {
    url: apiOf(app) + path,
    form: isConfidential ? form : { ...form, client_id: app.clientId },
    headers: isConfidential ? { authorization: `Basic ${basic}` } : {},
    secrets: [...secrets, ...isConfidential ? [basic] : []],
  });
}

/** The tokens of an answer. Throws PlatformError where there are none. */
export function tokensOf(answer: PlatformAnswer): Tokens {
  return tokensIn(answer, "X");
}

/** Why no tokens were given, or taken back. */
export function tokenFailure(
  answer: PlatformAnswer,
  asked: "sign-in" | "refresh" | "revocation",
): PlatformError {
  const { status, raw, body } = answer;
  const { oauth, message: words } = problemOf(answer);
  const message = words ?? oauth ?? `X answered HTTP ${status}`;
  if (isServersTrouble(status)) return httpError(answer, { class: "wait", message });
  if (status === 429 || status === 402) return failureOf(answer, "read");
  // Nobody's connection ends without a word of X's.
  if (body === undefined) return httpError(answer, { class: "backoff", message });
  const isOfTheApp = status === 401 || oauth === "invalid_client" || oauth === "unauthorized_client";
  if (isOfTheApp) {
    return appRefused(message, raw);
  }
  const isOfTheGrant = oauth !== null || status === 400;
  if (asked === "refresh" && isOfTheGrant) return grantGone(message, raw);
  if (asked === "sign-in" && isOfTheGrant) {
    return signInRefused(message, raw);
  }
  return failureOf(answer, "read");
}
