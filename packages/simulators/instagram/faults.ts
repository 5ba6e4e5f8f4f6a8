/** Everything that can be made to go wrong with the Instagram simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { CONTAINER_FAULTS } from "../graph/container_faults.ts";
import { graphFaults } from "../graph/faults.ts";
import { POST_FAULTS, requestFaults } from "../social/faults.ts";

/** The endpoints by their names in fault rules; `commit` is `POST /{account}/media_publish`. */
export const PATHS = [
  "token",
  "refresh",
  "accounts",
  "me",
  "permissions",
  "container",
  "status",
  "commit",
  "media",
  "feed",
  "limit",
] as const;
export type Path = typeof PATHS[number];

const times = z.int().positive();

/**
 * What a container carries from its making on. Compared with its caption, the addresses of its media and the account's
 * name; the items of a carousel have no caption.
 */
const containerFault = z.discriminatedUnion("kind", [
  ...CONTAINER_FAULTS,
  /**
   * The media cannot be used, for the reason of this sub-code (default 2207053). `said`: the container said FINISHED by
   * then, and publishing it fails with the error; it says ERROR from then on.
   */
  z.strictObject({
    kind: z.literal("processing_fails"),
    subcode: z.int().optional(),
    said: z.literal("FINISHED").optional(),
  }),
  /** Every item says FINISHED, and the carousel of them ends with an error. */
  z.strictObject({ kind: z.literal("carousel_fails"), subcode: z.int().optional() }),
]);

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...graphFaults(PATHS),
  ...POST_FAULTS,
  ...containerFault.options,
  /** `status_code` is this word `times` times. */
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
