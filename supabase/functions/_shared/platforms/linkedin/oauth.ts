/**
 * Signing in with LinkedIn: OAuth 2, without PKCE. An access lives sixty days; only apps of approved partners are given what
 * renews it, and that ends after a year whatever is done (docs/platforms/linkedin.md#signing-in).
 */
import { signInPage } from "../kit/sign_in_page.ts";
import type { PlatformOAuth } from "../platform.ts";
import { accountsOf } from "./accounts.ts";
import { siteOf } from "./address.ts";
import { ASKED, scopesOf } from "./scopes.ts";
import { grantGone } from "../kit/failures.ts";
import { askForTokens, tokenFailure, tokensOf } from "./token_calls.ts";

/** Not earlier: where nothing renews it, its owner would be sent to sign in before that is due. */
const AHEAD_SECONDS = 5 * 60;

export const linkedInOAuth: PlatformOAuth = {
  scopes: ASKED,
  usesPkce: false,
  refreshIsSingleUse: false,
  refreshAheadSeconds: AHEAD_SECONDS,

  authorizeUrl(app, { state, redirectUri }) {
    return signInPage(`${siteOf(app)}/oauth/v2/authorization`, {
      response_type: "code",
      client_id: app.clientId,
      redirect_uri: redirectUri,
      state,
      scope: scopesOf(app).join(" "),
    });
  },

  async exchange(app, { code, redirectUri }) {
    const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const answer = await askForTokens(app, "/oauth/v2/accessToken", form, [code]);
    if (answer.status !== 200) throw tokenFailure(answer, "sign-in");
    return tokensOf(answer);
  },

  accounts: accountsOf,

  async refresh(app, { refreshToken }) {
    if (!refreshToken) {
      throw grantGone("LinkedIn gave nothing to renew the access with: connect the account again");
    }
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const answer = await askForTokens(app, "/oauth/v2/accessToken", form, [refreshToken]);
    if (answer.status !== 200) throw tokenFailure(answer, "refresh");
    return tokensOf(answer);
  },

  async revoke(app, { accessToken }) {
    // What renews it ends with it.
    const answer = await askForTokens(app, "/oauth/v2/revoke", { token: accessToken }, [accessToken]);
    const isGone = [400, 401, 404].includes(answer.status) && answer.body !== undefined;
    if (answer.status >= 300 && !isGone) throw tokenFailure(answer, "revocation");
  },
};
