/**
 * X (docs/platforms/x.md). Settings of its app: `base_url` where its API is, `oauth_url` where people sign in; each X's own
 * where it is not set.
 */
import { X_RULES } from "../../../../../shared/publishing/x_rules.ts";
import type { Platform } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { xOAuth } from "./oauth.ts";
import { preparePost, warningsOf } from "./post.ts";
import { preflightPost } from "./preflight.ts";
import { preparePublication } from "./prepare.ts";
import { reconcilePost } from "./reconcile.ts";

export const x: Platform = {
  name: "x",
  oauth: xOAuth,
  rules: X_RULES,
  preflight: (_option, content, probes) => preflightPost(content, probes),
  // X tells of its windows in the headers of a post alone; what was posted is counted here.
  limits: () => Promise.resolve(null),
  prepare: preparePublication,
  commit: preparePost,
  // It has no queue: a post that it has named, or shown, is there.
  takenIsThere: true,
  observe: (work, id) =>
    Promise.resolve({
      state: "published",
      postId: id,
      permalink: permalinkOf(work.connection.settings, id),
      warnings: warningsOf(work),
      raw: null,
    }),
  reconcile: reconcilePost,
};
