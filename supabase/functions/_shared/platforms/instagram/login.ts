/** Where Instagram is, by how people sign in (docs/platforms/instagram.md#logins). */
import {
  INSTAGRAM_LOGINS,
  INSTAGRAM_SCOPES,
  type InstagramLogin,
} from "../../../../../shared/publishing/instagram_rules.ts";
import { withMoreScopes } from "../graph/more_scopes.ts";
import { graphVersionOf } from "../graph/version.ts";
import { addressOf } from "../kit/app_address.ts";
import { misconfigured } from "../kit/misconfigured.ts";
import type { PlatformApp } from "../platform.ts";

const GRAPHS: Readonly<Record<InstagramLogin, string>> = {
  facebook: "https://graph.facebook.com",
  instagram: "https://graph.instagram.com",
};
const DIALOGS: Readonly<Record<InstagramLogin, string>> = {
  facebook: "https://www.facebook.com",
  instagram: "https://www.instagram.com",
};
/** Facebook names the pages of whoever signed in with another scope than those that publish. */
export const FACEBOOK_ASKS: readonly string[] = [...INSTAGRAM_SCOPES.facebook, "pages_show_list"];
const INSTAGRAM_TOKENS = "https://api.instagram.com";

/** How people sign in, as the operator has it in `settings.login`. Throws PlatformError `misconfigured` for another word. */
export function loginOf({ settings }: PlatformApp): InstagramLogin {
  const login = settings.login ?? "facebook";
  const known = INSTAGRAM_LOGINS.find((known) => known === login);
  if (!known) throw misconfigured("The login of platform instagram is neither facebook nor instagram");
  return known;
}

/** The scopes that are asked for: what publishing needs, the list of pages, and what the operator adds. */
export function scopesOf(app: PlatformApp): readonly string[] {
  return withMoreScopes(app, loginOf(app) === "facebook" ? FACEBOOK_ASKS : INSTAGRAM_SCOPES.instagram);
}

/** The graph, without a version: some of its addresses have none. Operators set `base_url`. */
export function graphHostOf(app: PlatformApp): string {
  return addressOf(app, "base_url", GRAPHS[loginOf(app)]);
}

/** The graph at the version of the app's row: a dead one is served by another without a word, so none is ours to choose. */
export function graphOf(app: PlatformApp): string {
  return `${graphHostOf(app)}/${graphVersionOf(app)}`;
}

/** Where browsers are sent to sign in. Operators set `oauth_url`. */
export function dialogOf(app: PlatformApp): string {
  const login = loginOf(app);
  const host = addressOf(app, "oauth_url", DIALOGS[login]);
  return login === "facebook" ? `${host}/${graphVersionOf(app)}/dialog/oauth` : `${host}/oauth/authorize`;
}

/** Where a code is traded for a token when people sign in with Instagram. Operators set `token_url`, or `base_url` for all. */
export function instagramTokensOf(app: PlatformApp): string {
  return addressOf(app, "token_url", addressOf(app, "base_url", INSTAGRAM_TOKENS));
}
