/** Google's tokens: asked for, read, and why there are none. */
import { z } from "zod";
import { grantGone, httpError, isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { type PlatformApp, PlatformError, type Tokens } from "../platform.ts";
import { tokensAt } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

const seconds = z.number().int().positive().nullish().catch(null);
const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish().catch(null),
  expires_in: seconds,
  /** Of those who agreed for a time alone. */
  refresh_token_expires_in: seconds,
  scope: z.string().nullish().catch(null),
});

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
export function tokensOf({ body, raw }: PlatformAnswer): Tokens {
  const read = tokenAnswer.safeParse(body);
  if (!read.success) throw malformedAnswer("Google gave no access token", raw);
  const { access_token, refresh_token, expires_in, refresh_token_expires_in, scope } = read.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token || null,
    expiresIn: expires_in ?? null,
    refreshExpiresIn: refresh_token_expires_in ?? null,
    scopes: scope ? scope.split(" ").filter((word) => word !== "") : null,
  };
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
    return new PlatformError({ class: "pause", scope: "platform", code: "misconfigured", message, raw });
  }
  if (asked === "refresh" && oauth !== null && OF_THE_GRANT.includes(oauth)) return grantGone(message, raw);
  if (asked === "sign-in" && oauth !== null) {
    return new PlatformError({ class: "never", scope: "connection", code: "sign_in_refused", message, raw });
  }
  if (oauth !== null || status === 400 || answer.body === undefined) {
    return httpError(answer, { class: "backoff", message });
  }
  return failureOf(answer, "read");
}
