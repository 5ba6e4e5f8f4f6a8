/** Everything that can be made to go wrong with the LinkedIn simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { POST_FAULTS, REFRESH_FAULTS, requestFaults } from "../social/faults.ts";

/** The endpoints by their names in fault rules; `commit` is `POST /rest/posts`, `upload` is where parts are sent. */
export const PATHS = [
  "token",
  "revoke",
  "me",
  "roles",
  "names",
  "initialize",
  "upload",
  "finalize",
  "status",
  "commit",
  "posts",
  "post",
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
   * The file cannot be used. `said`: its status is `AVAILABLE` all the same, and only the post is refused. Default: its
   * status is `PROCESSING_FAILED`.
   */
  z.strictObject({ kind: z.literal("processing_fails"), said: z.literal("AVAILABLE").optional() }),
  /** The status says this word `times` times. */
  z.strictObject({ kind: z.literal("unknown_status"), word: z.string(), times }),
  /** The addresses that the file's parts are sent to are good for `ms`. Compared with the account's name. */
  z.strictObject({ kind: z.literal("upload_expires"), ms: milliseconds }),
  /** The upload is not known any more. Compared with the account's name, and as for `slow_processing` once it is whole. */
  z.strictObject({ kind: z.literal("media_lost"), path: z.enum(["upload", "finalize", "status"]), times }),
  /** The post is refused because a file of it is processed still. */
  z.strictObject({ kind: z.literal("media_not_ready"), times }),
  /** The post is refused as a duplicate although there is none like it: the post that is named is not there. */
  z.strictObject({ kind: z.literal("calls_duplicate"), times }),
  /** "The resource is forbidden", for these requests, and nothing of the kind is so. */
  z.strictObject({ kind: z.literal("forbidden"), path, times }),
  /** The version is past its end: 426. */
  z.strictObject({ kind: z.literal("version_sunset"), path, times }),
  /** The day's calls are used up, of the member, the app or both. */
  z.strictObject({
    kind: z.literal("quota_used"),
    path,
    times,
    of: z.enum(["MEMBER", "APPLICATION", "APPLICATION_AND_MEMBER"]),
  }),
  /** This very error. With `accepted` the request has done its work all the same. */
  z.strictObject({
    kind: z.literal("refuse"),
    path,
    times,
    status: z.int().min(400).max(599),
    message: z.string(),
    code: z.string().optional(),
    serviceErrorCode: z.int().optional(),
    inputCode: z.string().optional(),
    accepted: z.boolean().optional(),
  }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);
