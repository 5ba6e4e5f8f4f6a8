/** Everything that can be made to go wrong with the X simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { POST_FAULTS, REFRESH_FAULTS, requestFaults } from "../social/faults.ts";

/** The endpoints by their names in fault rules; `commit` is `POST /2/tweets`. */
export const PATHS = [
  "token",
  "revoke",
  "me",
  "initialize",
  "append",
  "finalize",
  "status",
  "upload",
  "metadata",
  "commit",
  "timeline",
  "tweet",
] as const;
export type Path = typeof PATHS[number];

const path = z.enum(PATHS);
const times = z.int().positive();
const milliseconds = z.int().nonnegative();

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...REFRESH_FAULTS,
  ...POST_FAULTS,
  /** The file takes `ms` to be processed instead of `processMs`. Compared with the account's name and the file's hash. */
  z.strictObject({ kind: z.literal("slow_processing"), ms: milliseconds }),
  /**
   * The file cannot be used. `said`: STATUS has said `succeeded` by then, and only the post is refused. Default: STATUS
   * says `failed`.
   */
  z.strictObject({ kind: z.literal("processing_fails"), said: z.literal("succeeded").optional() }),
  /** STATUS says this word for the state `times` times. */
  z.strictObject({ kind: z.literal("unknown_state"), word: z.string(), times }),
  /** The file is gone as soon as it is ready. */
  z.strictObject({ kind: z.literal("media_expires") }),
  /** The post is refused as a duplicate although there is none like it. */
  z.strictObject({ kind: z.literal("calls_duplicate"), times }),
  /** The app has no money left. */
  z.strictObject({ kind: z.literal("no_credits"), path, times }),
  /** The month's posts are used up. */
  z.strictObject({
    kind: z.literal("usage_capped"),
    path,
    times,
    status: z.union([z.literal(403), z.literal(429)]).optional(),
  }),
  /** The account is suspended, for these requests. */
  z.strictObject({ kind: z.literal("suspended"), path, times }),
  /** The version in the path is past its end: 426. */
  z.strictObject({ kind: z.literal("version_sunset"), path, times }),
  /** This very error. With `accepted` the request has done its work all the same. */
  z.strictObject({
    kind: z.literal("refuse"),
    path,
    times,
    status: z.int().min(400).max(599),
    title: z.string(),
    detail: z.string(),
    type: z.string().optional(),
    accepted: z.boolean().optional(),
  }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);
