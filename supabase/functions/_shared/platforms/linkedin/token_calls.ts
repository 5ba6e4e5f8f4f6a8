/** LinkedIn's tokens: asked for, read, and why there are none. */
import { z } from "zod";
import { grantGone, httpError, isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import { type PlatformApp, PlatformError, type Tokens } from "../platform.ts";
import { siteOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

const seconds = z.number().int().positive().nullish().catch(null);
const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: seconds,
  refresh_token: z.string().nullish().catch(null),
  refresh_token_expires_in: seconds,
  scope: z.string().nullish().catch(null),
});

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
export function tokensOf({ body, raw }: PlatformAnswer): Tokens {
  const read = tokenAnswer.safeParse(body);
  if (!read.success) throw malformedAnswer("LinkedIn gave no access token", raw);
  const { access_token, expires_in, refresh_token, refresh_token_expires_in, scope } = read.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token || null,
    expiresIn: expires_in ?? null,
    refreshExpiresIn: refresh_token ? refresh_token_expires_in ?? null : null,
    // Between them it writes a comma, though OAuth has a space.
    scopes: scope ? scope.split(/[,\s]+/).filter((word) => word !== "") : null,
  };
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
    return new PlatformError({ class: "pause", scope: "platform", code: "misconfigured", message, raw });
  }
  const isOfTheGrant = oauth !== null || status === 400 || status === 401;
  if (asked === "refresh" && isOfTheGrant) return grantGone(message, raw);
  if (asked === "sign-in" && isOfTheGrant) {
    return new PlatformError({ class: "never", scope: "connection", code: "sign_in_refused", message, raw });
  }
  return failureOf(answer, "read");
}
