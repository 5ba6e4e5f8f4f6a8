/** What the route handlers of Facebook are given. */
import type { Hono } from "hono";
import type { Pages } from "../graph/pages.ts";
import type { Versions } from "../graph/versions.ts";
import type { Limit } from "../social/quotas.ts";
import type { FacebookWorld } from "./facebook_world.ts";
import type { Photos } from "./photos.ts";
import type { PostFacts } from "./post_facts.ts";
import type { Videos } from "./videos.ts";

/** Facebook, for its routes. */
export interface Facebook extends Versions {
  readonly app: Hono;
  readonly world: FacebookWorld;
  readonly pages: Pages;
  readonly photos: Photos;
  readonly videos: Videos;
  /** What books do not have of posts, by their ids. */
  readonly facts: Map<string, PostFacts>;
  /** Posts of a page of all kinds. */
  readonly postLimit: Limit;
  readonly reelLimit: Limit;
  /** So long the same text is not taken twice, in milliseconds. */
  readonly duplicateMs: number;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}
