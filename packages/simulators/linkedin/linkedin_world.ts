import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** The state behind LinkedIn's endpoints. */
export type LinkedInWorld = SocialWorld<Fault>;
