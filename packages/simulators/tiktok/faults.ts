/** Everything that can be made to go wrong with the TikTok simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { POST_FAULTS, REFRESH_FAULTS, requestFaults } from "../social/faults.ts";

/**
 * The endpoints by their names in fault rules; `commit` is the last part of a video, or `content/init` for photos, `init` what
 * begins a video, and `part` any part of it but the last.
 */
export const PATHS = ["token", "revoke", "me", "creator", "init", "part", "commit", "status"] as const;
export type Path = typeof PATHS[number];

const path = z.enum(PATHS);
const times = z.int().positive();
const milliseconds = z.int().nonnegative();

/**
 * What a post carries. Compared with its caption and the account's name; the last two also with the SHA-256 of a video, or the
 * addresses of photos.
 */
const postFault = z.discriminatedUnion("kind", [
  /** The address that parts are sent to is answered with 403 (or 404) once it has had so many bytes. Default 0. */
  z.strictObject({
    kind: z.literal("upload_expires"),
    after: z.int().nonnegative().optional(),
    status: z.union([z.literal(403), z.literal(404)]).optional(),
  }),
  /** It takes `ms` to be processed instead of `processMs`. */
  z.strictObject({ kind: z.literal("slow_processing"), ms: milliseconds }),
  /** What everybody may see is named only so long after it is published, instead of `moderateMs`. */
  z.strictObject({ kind: z.literal("slow_moderation"), ms: milliseconds }),
  /**
   * It fails for this reason (default `file_format_check_failed`), in an answer with HTTP 200 and `ok`. `said`: the status was
   * PUBLISH_COMPLETE the first time that somebody asked.
   */
  z.strictObject({
    kind: z.literal("processing_fails"),
    reason: z.string().optional(),
    said: z.literal("PUBLISH_COMPLETE").optional(),
  }),
]);

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...REFRESH_FAULTS,
  ...POST_FAULTS,
  ...postFault.options,
  /** The status is this word `times` times. */
  z.strictObject({ kind: z.literal("unknown_status"), word: z.string(), times }),
  /** A part is refused with 416, and its answer says how many bytes there are, `times` times. */
  z.strictObject({ kind: z.literal("out_of_step"), path: z.enum(["part", "commit"]), times }),
  /**
   * This very error, 400 unless `status` says otherwise. With `accepted` the request has done its work all the same. A part of
   * a video is answered with the status alone.
   */
  z.strictObject({
    kind: z.literal("refuse"),
    path,
    times,
    status: z.int().min(200).max(599).optional(),
    code: z.string(),
    message: z.string().optional(),
    accepted: z.boolean().optional(),
  }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);
