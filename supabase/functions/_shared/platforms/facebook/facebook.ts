/** Facebook: posts, videos, reels and stories of pages, by the Graph API (docs/platforms/facebook.md). */
import { FACEBOOK_RULES, facebookRules } from "../../../../../shared/publishing/facebook_rules.ts";
import type { Platform } from "../platform.ts";
import { commit } from "./commit.ts";
import { oauth } from "./oauth.ts";
import { isThere, observe } from "./observe.ts";
import { preflight } from "./preflight.ts";
import { prepare } from "./prepare.ts";
import { reconcile } from "./reconcile.ts";

export const facebook: Platform = {
  name: "facebook",
  oauth,
  rules: FACEBOOK_RULES,
  rulesFor: facebookRules,
  preflight,
  // Facebook tells of no limit of a page's; what was posted is counted here.
  limits: () => Promise.resolve(null),
  prepare,
  commit,
  takenIsThere: isThere,
  observe,
  reconcile,
};
