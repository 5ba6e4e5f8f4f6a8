import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** The state behind TikTok's endpoints. */
export type TikTokWorld = SocialWorld<Fault>;
