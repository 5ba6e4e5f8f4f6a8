/** Signing in with TikTok: OAuth 2 without PKCE. A refresh token is good for one use (docs/platforms/tiktok.md#signing-in). */
import { z } from "zod";
import { TIKTOK_SCOPES } from "../../../../../shared/publishing/tiktok_rules.ts";
import { signInPage } from "../kit/sign_in_page.ts";
import { type PlatformAccount, PlatformError, type PlatformOAuth } from "../platform.ts";
import { askTikTok, siteOf } from "./address.ts";
import { dataOf } from "./failures.ts";
import { grantGone } from "../kit/failures.ts";
import { askForTokens, tokenFailure, tokensOf } from "./token_calls.ts";

/** An access lives two hours; so long before its end it is renewed. */
const AHEAD_SECONDS = 10 * 60;

const me = z.looseObject({
  user: z.looseObject({
    open_id: z.string().min(1).max(200),
    display_name: z.string().min(1).nullish().catch(null),
    avatar_url: z.url().nullish().catch(null),
  }),
});

export const tiktokOAuth: PlatformOAuth = {
  scopes: ["user.info.basic", TIKTOK_SCOPES.direct, TIKTOK_SCOPES.draft],
  usesPkce: false,
  refreshIsSingleUse: true,
  refreshAheadSeconds: AHEAD_SECONDS,

  authorizeUrl(app, { state, redirectUri }) {
    return signInPage(`${siteOf(app)}/v2/auth/authorize/`, {
      client_key: app.clientId,
      scope: tiktokOAuth.scopes.join(","),
      response_type: "code",
      redirect_uri: redirectUri,
      state,
    });
  },

  async exchange(app, { code, redirectUri }) {
    const form = { code, grant_type: "authorization_code", redirect_uri: redirectUri };
    return tokensOf(await askForTokens(app, "/oauth/token/", form, [code]), "sign-in");
  },

  async accounts(app, { accessToken }) {
    // A username takes a scope that nothing else here needs: what the account is called is asked before each post.
    const query = { fields: "open_id,avatar_url,display_name" };
    const answer = await askTikTok(app, accessToken, { path: "/user/info/", query });
    const question = { asked: "user" as const, scope: "user.info.basic" };
    const { user } = dataOf(answer, me, question, "TikTok did not say whose account this is");
    const account: PlatformAccount = {
      externalId: user.open_id,
      displayName: user.display_name ?? null,
      avatarUrl: user.avatar_url ?? null,
      of: null,
      settings: {},
    };
    return { accounts: [account], nextCursor: null };
  },

  async refresh(app, { refreshToken }) {
    if (!refreshToken) throw grantGone("TikTok gave no refresh token: the account has to be connected again");
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    return tokensOf(await askForTokens(app, "/oauth/token/", form, [refreshToken]), "refresh");
  },

  async revoke(app, { accessToken }) {
    const answer = await askForTokens(app, "/oauth/revoke/", { token: accessToken }, [accessToken]);
    if (answer.status === 200 && !isRefused(answer.raw)) return;
    const error = tokenFailure(answer, "revocation");
    // TikTok knows no such token any more.
    if (error instanceof PlatformError && error.failure.code === "grant_gone") return;
    throw error;
  },
};

function isRefused(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && "error" in raw && typeof raw.error === "string";
}
