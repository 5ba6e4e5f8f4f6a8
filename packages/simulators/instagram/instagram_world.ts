import type { SocialWorld } from "../social/world.ts";
import type { Fault } from "./faults.ts";

/** The state behind Instagram's endpoints. */
export type InstagramWorld = SocialWorld<Fault>;
