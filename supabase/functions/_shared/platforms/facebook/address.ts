/** Where Facebook is: its graph, its sign-in page, and where it says that videos are handed in. */
import { FACEBOOK_SCOPES } from "../../../../../shared/publishing/facebook_rules.ts";
import { withMoreScopes } from "../graph/more_scopes.ts";
import { graphVersionOf } from "../graph/version.ts";
import { addressOf } from "../kit/app_address.ts";
import { type PlatformApp, PlatformError } from "../platform.ts";

const UPLOADS = "https://rupload.facebook.com";

/** The graph at the version of the app's row. Operators set `base_url`. */
export function graphOf(app: PlatformApp): string {
  return `${addressOf(app, "base_url", "https://graph.facebook.com")}/${graphVersionOf(app)}`;
}

/** Where browsers are sent to sign in. Operators set `oauth_url`. */
export function dialogOf(app: PlatformApp): string {
  return `${addressOf(app, "oauth_url", "https://www.facebook.com")}/${graphVersionOf(app)}/dialog/oauth`;
}

/** The scopes that are asked for: what publishing needs, and what the operator adds. */
export function scopesOf(app: PlatformApp): readonly string[] {
  return withMoreScopes(app, FACEBOOK_SCOPES);
}

/**
 * The address at which Facebook says that a video is handed in: a page's token goes there, so it has to be Facebook's own, or
 * the one that the operator has set in `upload_url` or `base_url`. Throws PlatformError for any other.
 */
export function uploadAddress(app: PlatformApp, given: string): string {
  const own = [UPLOADS, addressOf(app, "upload_url", UPLOADS), addressOf(app, "base_url", UPLOADS)];
  const url = URL.canParse(given) ? new URL(given) : null;
  const isOwn = url !== null && url.username === "" && url.password === "" &&
    own.some((address) => new URL(address).origin === url.origin);
  if (isOwn) return url.href;
  throw new PlatformError({
    class: "backoff",
    scope: "publication",
    code: "upload_elsewhere",
    message: "Facebook wants the video at an address that is not its own",
    raw: url === null ? null : url.host,
  });
}
