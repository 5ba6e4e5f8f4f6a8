/** What the route handlers of Instagram are given. */
import type { Hono } from "hono";
import type { Limit } from "../social/quotas.ts";
import type { Containers } from "../graph/containers.ts";
import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";
import type { Pages } from "../graph/pages.ts";
import type { Versions } from "../graph/versions.ts";

/** Signing in through Facebook, or with Instagram itself. */
export const DOORS = ["facebook", "instagram"] as const;
export type DoorName = typeof DOORS[number];

/** Instagram, for its routes. */
export interface Instagram extends Versions {
  readonly app: Hono;
  readonly world: SocialWorld<Fault>;
  readonly pages: Pages;
  readonly containers: Containers<Fault>;
  /** Posts of an account. */
  readonly postLimit: Limit;
  readonly shortLifeS: number;
  readonly longLifeS: number;
}
