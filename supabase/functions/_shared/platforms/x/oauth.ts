/** Signing in with X: OAuth 2 with PKCE. A refresh token is good for one use (docs/platforms/x.md#signing-in). */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { addressOf } from "../kit/app_address.ts";
import { httpError, isServersTrouble, malformedAnswer } from "../kit/failures.ts";
import { callPlatform, type PlatformAnswer } from "../kit/platform_call.ts";
import type { PlatformAccount, PlatformApp, PlatformOAuth, Tokens } from "../platform.ts";
import { PlatformError } from "../platform.ts";
import { askX, siteOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { problemOf } from "./problem.ts";

const API = "https://api.x.com";
/** An access lives two hours; so long before its end it is renewed. */
const AHEAD_SECONDS = 5 * 60;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish().catch(null),
  expires_in: z.number().int().positive().nullish().catch(null),
  scope: z.string().nullish().catch(null),
});

const me = z.looseObject({
  data: z.looseObject({
    id: z.string().regex(/^\d{1,25}$/),
    username: z.string().min(1),
    profile_image_url: z.url().nullish().catch(null),
  }),
});

export const xOAuth: PlatformOAuth = {
  scopes: ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
  usesPkce: true,
  refreshIsSingleUse: true,
  refreshAheadSeconds: AHEAD_SECONDS,

  authorizeUrl(app, { state, redirectUri, challenge }) {
    const url = new URL(`${siteOf(app)}/i/oauth2/authorize`);
    const query = {
      response_type: "code",
      client_id: app.clientId,
      redirect_uri: redirectUri,
      scope: xOAuth.scopes.join(" "),
      state,
      ...challenge === undefined ? {} : { code_challenge: challenge, code_challenge_method: "S256" },
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  },

  async exchange(app, { code, redirectUri, verifier }) {
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    const answer = await askForTokens(app, "/2/oauth2/token", form, [code, verifier]);
    if (answer.status !== 200) throw tokenFailure(answer, "sign-in");
    return tokensOf(answer);
  },

  async accounts(app, { accessToken }) {
    const answer = await askX(app, accessToken, {
      path: "/2/users/me",
      query: { "user.fields": "profile_image_url" },
    });
    if (answer.status !== 200) throw failureOf(answer, "read");
    const read = me.safeParse(answer.body);
    if (!read.success) throw malformedAnswer("X did not say whose account this is", answer.raw);
    const { id, username, profile_image_url } = read.data.data;
    const account: PlatformAccount = {
      externalId: id,
      displayName: username,
      avatarUrl: profile_image_url ?? null,
      of: null,
      settings: { username },
    };
    return { accounts: [account], nextCursor: null };
  },

  async refresh(app, { refreshToken }) {
    if (!refreshToken) throw gone("X gave no refresh token: the account has to be connected again");
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const answer = await askForTokens(app, "/2/oauth2/token", form, [refreshToken]);
    if (answer.status !== 200) throw tokenFailure(answer, "refresh");
    return tokensOf(answer);
  },

  async revoke(app, { accessToken, refreshToken }) {
    // The refresh token first: what is left of the access ends by itself.
    for (const [token, kind] of [[refreshToken, "refresh_token"], [accessToken, "access_token"]] as const) {
      if (!token) continue;
      const form = { token, token_type_hint: kind };
      const answer = await askForTokens(app, "/2/oauth2/revoke", form, [token]);
      // X knows no such token any more.
      const isGone = [400, 404].includes(answer.status) && answer.body !== undefined;
      if (answer.status !== 200 && !isGone) throw tokenFailure(answer, "revocation");
    }
  },
};

/** A request about tokens: an app with a secret proves itself by it, another names itself alone. */
async function askForTokens(
  app: PlatformApp,
  path: string,
  form: Record<string, string | undefined>,
  secrets: readonly (string | undefined)[],
): Promise<PlatformAnswer> {
  const pair = [app.clientId, app.clientSecret].map(encodeURIComponent).join(":");
  const basic = Buffer.from(pair).toString("base64");
  const isConfidential = app.clientSecret !== "";
  return await callPlatform(app, {
    url: addressOf(app, "base_url", API) + path,
    form: isConfidential ? form : { ...form, client_id: app.clientId },
    headers: isConfidential ? { authorization: `Basic ${basic}` } : {},
    secrets: [...secrets, ...isConfidential ? [basic] : []],
  });
}

function tokensOf({ body, raw }: PlatformAnswer): Tokens {
  const read = tokenAnswer.safeParse(body);
  if (!read.success) throw malformedAnswer("X gave no access token", raw);
  const { access_token, refresh_token, expires_in, scope } = read.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token || null,
    expiresIn: expires_in ?? null,
    refreshExpiresIn: null,
    scopes: scope ? scope.split(" ").filter((word) => word !== "") : null,
  };
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
    return new PlatformError({ class: "pause", scope: "platform", code: "misconfigured", message, raw });
  }
  const isOfTheGrant = oauth !== null || status === 400;
  if (asked === "refresh" && isOfTheGrant) return gone(message, raw);
  if (asked === "sign-in" && isOfTheGrant) {
    return new PlatformError({ class: "never", scope: "connection", code: "sign_in_refused", message, raw });
  }
  return failureOf(answer, "read");
}

function gone(message: string, raw?: unknown): PlatformError {
  return new PlatformError({
    class: "reconnect",
    scope: "connection",
    code: "grant_gone",
    message,
    ...raw === undefined ? {} : { raw },
  });
}
