/** Everything that can be made to go wrong with the Threads simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { CONTAINER_FAULTS } from "../graph/container_faults.ts";
import { graphFaults } from "../graph/faults.ts";
import { POST_FAULTS, requestFaults } from "../social/faults.ts";

/** The endpoints by their names in fault rules; `commit` is `POST /{user}/threads_publish`. */
export const PATHS = [
  "token",
  "refresh",
  "me",
  "inspect",
  "container",
  "status",
  "commit",
  "media",
  "feed",
  "limit",
] as const;
export type Path = typeof PATHS[number];

const times = z.int().positive();
/** What `error_message` says, such as FAILED_DOWNLOADING_VIDEO; default UNKNOWN. */
const word = z.string().optional();

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...graphFaults(PATHS),
  ...POST_FAULTS,
  ...CONTAINER_FAULTS,
  /**
   * The container ends with an error. `said`: it said FINISHED by then, and publishing it fails with the error; it says ERROR
   * from then on.
   */
  z.strictObject({ kind: z.literal("processing_fails"), word, said: z.literal("FINISHED").optional() }),
  /** Every item says FINISHED, and the carousel of them ends with an error. */
  z.strictObject({ kind: z.literal("carousel_fails"), word }),
  /** The container says FINISHED, and is not found where it is to be published or to be an item: 24/4279009. */
  z.strictObject({ kind: z.literal("container_not_found") }),
  /** `status` is this word `times` times. */
  z.strictObject({ kind: z.literal("unknown_status"), word: z.string(), times }),
  /** Reads of the post fail with 100/33 `times` times. */
  z.strictObject({ kind: z.literal("permalink_fails"), times }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);
