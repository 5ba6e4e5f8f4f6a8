/** What the route handlers of Instagram are given. */
import type { Hono } from "hono";
import type { Limit } from "../social/quotas.ts";
import type { Containers } from "./containers.ts";
import type { InstagramWorld } from "./instagram_world.ts";
import type { Pages } from "../graph/pages.ts";
import type { Versions } from "../graph/versions.ts";

/** Signing in through Facebook, or with Instagram itself. */
export const DOORS = ["facebook", "instagram"] as const;
export type DoorName = typeof DOORS[number];

/** Instagram, for its routes. */
export interface Instagram extends Versions {
  readonly app: Hono;
  readonly world: InstagramWorld;
  readonly pages: Pages;
  readonly containers: Containers;
  /** Posts of an account. */
  readonly postLimit: Limit;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}
