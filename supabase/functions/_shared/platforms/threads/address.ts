/** Where Threads is (docs/platforms/threads.md#signing-in). */
import { withMoreScopes } from "../graph/more_scopes.ts";
import { graphVersionOf } from "../graph/version.ts";
import { addressOf } from "../kit/app_address.ts";
import type { PlatformApp } from "../platform.ts";
import { THREADS_SCOPES } from "../../../../../shared/publishing/threads_rules.ts";

const GRAPH = "https://graph.threads.net";
const DIALOG = "https://threads.net";

/** The graph, without a version: where tokens are traded has none. Operators set `base_url`. */
export function graphHostOf(app: PlatformApp): string {
  return addressOf(app, "base_url", GRAPH);
}

/** The graph at the version of the app's row. */
export function graphOf(app: PlatformApp): string {
  return `${graphHostOf(app)}/${graphVersionOf(app)}`;
}

/** Where browsers are sent to sign in. Operators set `oauth_url`. */
export function dialogOf(app: PlatformApp): string {
  return `${addressOf(app, "oauth_url", DIALOG)}/oauth/authorize`;
}

/** The scopes that are asked for: what publishing needs, and what the operator adds. */
export function scopesOf(app: PlatformApp): readonly string[] {
  return withMoreScopes(app, THREADS_SCOPES);
}
