/** Instagram: images, reels, stories and carousels of professional accounts, by the Graph API (docs/platforms/instagram.md). */
import { INSTAGRAM_RULES, instagramRules } from "../../../../../shared/publishing/instagram_rules.ts";
import type { Platform } from "../platform.ts";
import { commit, limits, observe, prepare, reconcile } from "./containers.ts";
import { oauth } from "./oauth.ts";
import { preflight } from "./preflight.ts";

export const instagram: Platform = {
  name: "instagram",
  oauth,
  rules: INSTAGRAM_RULES,
  rulesFor: instagramRules,
  preflight,
  limits,
  prepare,
  commit,
  // What media_publish has named, or a container calls published, is; its address alone is asked for later.
  takenIsThere: true,
  observe,
  reconcile,
};
