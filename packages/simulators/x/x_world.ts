import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** The state behind X's endpoints. */
export type XWorld = SocialWorld<Fault>;
