/** The state of this simulator's world: a name for it. */
import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

export type YouTubeWorld = SocialWorld<Fault>;
