/**
 * TikTok, by its Content Posting API (docs/platforms/tiktok.md). Settings of its app: `base_url` where its API is, `oauth_url`
 * where people sign in; each TikTok's own where it is not set.
 */
import { TIKTOK_RULES } from "../../../../../shared/publishing/tiktok_rules.ts";
import { type Platform, PlatformError } from "../platform.ts";
import { prepareCommit } from "./commit.ts";
import { askCreator, creatorOf, mayPostDirectly } from "./creator.ts";
import { usedUp } from "./limits.ts";
import { tiktokOAuth } from "./oauth.ts";
import { observePost, reconcilePost } from "./observe.ts";
import { preflight } from "./preflight.ts";
import { preparePublication } from "./prepare.ts";

export const tiktok: Platform = {
  name: "tiktok",
  oauth: tiktokOAuth,
  rules: TIKTOK_RULES,
  preflight,
  limits: async (work) => {
    // TikTok tells no number: only that it is enough, where a post is about to begin.
    if (!mayPostDirectly(work.connection.scopes)) return null;
    try {
      await askCreator(work);
      return null;
    } catch (error) {
      const isUsedUp = error instanceof PlatformError && error.failure.code === "spam_risk_too_many_posts";
      if (isUsedUp) return usedUp();
      throw error;
    }
  },
  creator: creatorOf,
  prepare: preparePublication,
  commit: prepareCommit,
  observe: observePost,
  reconcile: reconcilePost,
};
