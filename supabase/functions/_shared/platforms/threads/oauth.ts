/** Signing in: one account, and a token that is renewed with itself (docs/platforms/threads.md#signing-in). */
import { THREADS_SCOPES } from "../../../../../shared/publishing/threads_rules.ts";
import { exchangeAtOwn } from "../graph/own_sign_in.ts";
import { whyNotRenewed } from "../graph/tokens.ts";
import { graphSignInPage } from "../graph/sign_in_page.ts";
import type { PlatformApp, PlatformOAuth, Tokens } from "../platform.ts";
import { accountsOf, grantedTo } from "./accounts.ts";
import { dialogOf, graphHostOf, scopesOf } from "./address.ts";
import { askForTokens, threadsGraph } from "./graph.ts";

const DAY_S = 24 * 60 * 60;

export const oauth: PlatformOAuth = {
  scopes: THREADS_SCOPES,
  usesPkce: false,
  refreshIsSingleUse: false,
  // Of sixty days. What is renewed when it is needed is a day old by then.
  refreshAheadSeconds: 10 * DAY_S,

  authorizeUrl: (app, ask) => graphSignInPage(dialogOf(app), app, scopesOf(app), ask),

  exchange,

  accounts: (app, { accessToken }) => accountsOf(app, accessToken),

  async refresh(app, { accessToken }) {
    try {
      return await askForTokens(app, {
        url: `${graphHostOf(app)}/refresh_access_token`,
        query: { grant_type: "th_refresh_token", access_token: accessToken },
        secrets: [accessToken],
      });
    } catch (error) {
      throw whyNotRenewed(error);
    }
  },

  // No call for it is documented: whoever wants the app gone removes it in Threads, and the tokens are forgotten here.
  revoke: () => Promise.resolve(),
};

/** Trades a code for a token that lives about sixty days: the one that comes first lives an hour. */
async function exchange(
  app: PlatformApp,
  got: { code: string; redirectUri: string },
): Promise<Tokens> {
  const tokens = await exchangeAtOwn(
    {
      dialect: threadsGraph,
      codesAt: graphHostOf(app),
      tokensAt: graphHostOf(app),
      grantType: "th_exchange_token",
    },
    app,
    got,
  );
  return { ...tokens, scopes: tokens.scopes ?? await grantedTo(app, tokens.accessToken) };
}
