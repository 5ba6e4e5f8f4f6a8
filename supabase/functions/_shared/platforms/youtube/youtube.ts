/**
 * YouTube (docs/platforms/youtube.md). Settings of its app: `base_url` where its API is, `oauth_url` where people sign in,
 * `token_url` where tokens are given out, each Google's own where it is not set; `chunk_bytes`, how long the pieces are.
 */
import { YOUTUBE_RULES } from "../../../../../shared/publishing/youtube_rules.ts";
import type { Platform } from "../platform.ts";
import { commitVideo } from "./commit.ts";
import { youtubeOAuth } from "./oauth.ts";
import { observeVideo } from "./observe.ts";
import { preflightVideo } from "./preflight.ts";
import { prepareVideo } from "./prepare.ts";
import { reconcileVideo } from "./reconcile.ts";

export const youtube: Platform = {
  name: "youtube",
  oauth: youtubeOAuth,
  rules: YOUTUBE_RULES,
  preflight: (_option, content, probes) => preflightVideo(content, probes),
  // YouTube tells of no limit before it is reached; what a project has uploaded is counted here.
  limits: () => Promise.resolve(null),
  prepare: prepareVideo,
  commit: commitVideo,
  // A video that YouTube has named is there: what may be late is its processing.
  takenIsThere: true,
  observe: observeVideo,
  // The picture beside the video is set once that is there.
  observeNeedsMedia: ({ mediaFiles }) => mediaFiles.length > 1,
  reconcile: reconcileVideo,
};
