/**
 * LinkedIn (docs/platforms/linkedin.md). Settings of its app: `base_url` where its API is, `oauth_url` where people sign in,
 * each LinkedIn's own where it is not set; `organizations`, `sign_in` and `more_scopes` say what people are asked to allow,
 * `media_grace_seconds` how long files are given that nobody may ask after.
 */
import { LINKEDIN_RULES } from "../../../../../shared/publishing/linkedin_rules.ts";
import type { Platform } from "../platform.ts";
import { permalinkOf } from "./address.ts";
import { linkedInOAuth } from "./oauth.ts";
import { preparePost, warningsOf } from "./post.ts";
import { preflightPost } from "./preflight.ts";
import { preparePublication } from "./prepare.ts";
import { reconcilePost } from "./reconcile.ts";

export const linkedin: Platform = {
  name: "linkedin",
  oauth: linkedInOAuth,
  rules: LINKEDIN_RULES,
  preflight: preflightPost,
  // Its quotas are told nowhere but to the operator, on a page of LinkedIn's.
  limits: () => Promise.resolve(null),
  prepare: preparePublication,
  commit: preparePost,
  // A post that it has named is there at once; a film in it may still be processed.
  takenIsThere: true,
  observe: (work, id) =>
    Promise.resolve({
      state: "published",
      postId: id,
      permalink: permalinkOf(id),
      warnings: warningsOf(work),
      raw: null,
    }),
  reconcile: reconcilePost,
};
