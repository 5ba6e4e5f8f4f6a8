/** Signing in with X: OAuth 2 with PKCE. A refresh token is good for one use (docs/platforms/x.md#signing-in). */
import { z } from "zod";
import { grantGone, malformedAnswer } from "../kit/failures.ts";
import { pkceOf, signInPage } from "../kit/sign_in_page.ts";
import type { PlatformAccount, PlatformOAuth } from "../platform.ts";
import { askX, siteOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { askForTokens, tokenFailure, tokensOf } from "./token_calls.ts";

/** An access lives two hours; so long before its end it is renewed. */
const AHEAD_SECONDS = 5 * 60;

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
    return signInPage(`${siteOf(app)}/i/oauth2/authorize`, {
      response_type: "code",
      client_id: app.clientId,
      redirect_uri: redirectUri,
      scope: xOAuth.scopes.join(" "),
      state,
      ...pkceOf(challenge),
    });
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
    if (!refreshToken) throw grantGone("X gave no refresh token: the account has to be connected again");
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
