import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** The state behind Facebook's endpoints. */
export type FacebookWorld = SocialWorld<Fault>;
