/** Signing in, with Facebook or with Instagram, as the operator has it. */
import { graphSignInPage } from "../graph/sign_in_page.ts";
import { type PlatformApp, PlatformError, type PlatformOAuth } from "../platform.ts";
import { exchangeWithFacebook, extendWithFacebook } from "../graph/facebook_sign_in.ts";
import { accountsWithFacebook } from "./facebook_login.ts";
import { askGraph, instagramGraph } from "./graph.ts";
import { accountsWithInstagram, exchangeWithInstagram, refreshWithInstagram } from "./instagram_login.ts";
import { dialogOf, FACEBOOK_ASKS, graphOf, loginOf, scopesOf } from "./login.ts";
import { whyNotRenewed } from "../graph/tokens.ts";

const DAY_S = 24 * 60 * 60;
const FACEBOOK = { dialect: instagramGraph, graphOf };

export const oauth: PlatformOAuth = {
  // With Facebook; those of the other way are asked for where that is set.
  scopes: FACEBOOK_ASKS,
  usesPkce: false,
  refreshIsSingleUse: false,
  // Of sixty days. What is renewed when it is needed is a day old by then.
  refreshAheadSeconds: 10 * DAY_S,

  authorizeUrl: (app, ask) => graphSignInPage(dialogOf(app), app, scopesOf(app), ask),

  exchange: (app, got) =>
    loginOf(app) === "facebook" ? exchangeWithFacebook(FACEBOOK, app, got) : exchangeWithInstagram(app, got),

  accounts: (app, { accessToken }, cursor) =>
    loginOf(app) === "facebook"
      ? accountsWithFacebook(app, accessToken, cursor)
      : accountsWithInstagram(app, accessToken),

  async refresh(app, { accessToken }) {
    try {
      return loginOf(app) === "facebook"
        ? await extendWithFacebook(FACEBOOK, app, accessToken)
        : await refreshWithInstagram(app, accessToken);
    } catch (error) {
      throw whyNotRenewed(error);
    }
  },

  async revoke(app, { accessToken }) {
    try {
      await askGraph({ app, accessToken }, "/me/permissions", { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof PlatformError) || !isGoneAlready(app, error)) throw error;
    }
  },
};

/** The access is no access any more; or there is no such call, as none is documented for those who sign in with Instagram. */
function isGoneAlready(app: PlatformApp, { failure }: PlatformError): boolean {
  return failure.class === "reconnect" || (loginOf(app) === "instagram" && failure.class === "never");
}
