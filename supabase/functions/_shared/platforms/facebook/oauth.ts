/** Signing in with Facebook, for pages (docs/platforms/facebook.md#signing-in). */
import { FACEBOOK_SCOPES } from "../../../../../shared/publishing/facebook_rules.ts";
import { exchangeWithFacebook } from "../graph/facebook_sign_in.ts";
import { whyNotRenewed } from "../graph/tokens.ts";
import { graphSignInPage } from "../graph/sign_in_page.ts";
import { type PlatformApp, PlatformError, type PlatformOAuth } from "../platform.ts";
import { dialogOf, graphOf, scopesOf } from "./address.ts";
import { facebookGraph } from "./graph.ts";
import { pagesOf, pageTokenOf } from "./pages.ts";
import { type Person, personIn } from "./person.ts";

export const oauth: PlatformOAuth = {
  scopes: FACEBOOK_SCOPES,
  usesPkce: false,
  refreshIsSingleUse: false,
  // A page's token has no end: nothing is renewed before it is refused.
  refreshAheadSeconds: 0,

  authorizeUrl: (app, ask) => graphSignInPage(dialogOf(app), app, scopesOf(app), ask),

  // For about sixty days: pages' tokens that are had with one of an hour end with it.
  exchange: (app, got) => exchangeWithFacebook({ dialect: facebookGraph, graphOf }, app, got),

  accounts: pagesOf,

  async refresh(app, { refreshToken }) {
    const person = personIn(refreshToken);
    if (!person) throw nobody();
    const accessToken = await pageTokenFor(app, person);
    // The person's token stays as it is: only they can have a new one.
    return { accessToken, refreshToken: null, expiresIn: null, refreshExpiresIn: null, scopes: null };
  },

  async revoke(app, { refreshToken }) {
    const person = personIn(refreshToken);
    // A page's token cannot give back what its person has granted.
    if (!person) return;
    const access = { app, accessToken: person.accessToken };
    try {
      await facebookGraph.askGraph(access, "/me/permissions", { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof PlatformError) || error.failure.class !== "reconnect") throw error;
    }
  },
};

async function pageTokenFor(app: PlatformApp, { pageId, accessToken }: Person): Promise<string> {
  try {
    return await pageTokenOf(app, accessToken, pageId);
  } catch (error) {
    throw isLost(error) ? lost(error as PlatformError) : whyNotRenewed(error);
  }
}

/** The page is not the person's any more, or is not at all. */
function isLost(error: unknown): boolean {
  return error instanceof PlatformError && ["100/33", "803"].includes(error.failure.code);
}

function lost({ failure }: PlatformError): PlatformError {
  const message = "Whoever connected this page has nothing to do with it any more: connect it again";
  return new PlatformError({ ...failure, class: "reconnect", scope: "connection", message });
}

function nobody(): PlatformError {
  return new PlatformError({
    class: "reconnect",
    scope: "connection",
    code: "reconnect_needed",
    message: "Nothing is known by which this page's access could be renewed: connect it again",
  });
}
