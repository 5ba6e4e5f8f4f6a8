/** Everything that can be made to go wrong with the YouTube simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { POST_FAULTS, REFRESH_FAULTS, requestFaults } from "../social/faults.ts";

/**
 * The endpoints by their names in fault rules. `insert` begins a session, `chunk` is a piece of the video, `probe` asks how
 * much of it is there, and `commit` is the piece with the last byte.
 */
export const PATHS = [
  "token",
  "revoke",
  "channels",
  "playlist",
  "videos",
  "insert",
  "chunk",
  "probe",
  "commit",
  "thumbnail",
] as const;
export type Path = typeof PATHS[number];

const path = z.enum(PATHS);
const times = z.int().positive();
const milliseconds = z.int().nonnegative();

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...REFRESH_FAULTS,
  ...POST_FAULTS,
  /** The video takes `ms` to be processed instead of `processMs`. */
  z.strictObject({ kind: z.literal("slow_processing"), ms: milliseconds }),
  /**
   * Nothing comes of the video: `failed` (default) or `rejected`, for this reason. `said`: it was `processed` until it was
   * read for the first time.
   */
  z.strictObject({
    kind: z.literal("processing_fails"),
    as: z.enum(["failed", "rejected"]).optional(),
    reason: z.string().optional(),
    said: z.literal("processed").optional(),
  }),
  /** The video's state is told by this word `times` times. */
  z.strictObject({ kind: z.literal("unknown_status"), word: z.string(), times }),
  /** The session is gone, as it is after a week: with the next piece or the last of it (`commit`). */
  z.strictObject({ kind: z.literal("session_expires"), path: z.enum(["chunk", "probe", "commit"]), times }),
  /** Of a piece no more than this share is kept, as the 308 says. */
  z.strictObject({ kind: z.literal("keeps_less"), share: z.number().min(0).max(1), times }),
  /** Half of the piece is kept, and what is answered is this status and a page. */
  z.strictObject({ kind: z.literal("breaks_mid_chunk"), status: z.int().min(500).max(599), times }),
  /** The 308 says this where its Range stands (empty: has none), whatever was kept. */
  z.strictObject({ kind: z.literal("odd_range"), range: z.string(), times }),
  /** 409 as a session is begun: nothing is wrong. */
  z.strictObject({ kind: z.literal("already_exists"), times }),
  /** The project's day is used up, for these requests. */
  z.strictObject({ kind: z.literal("quota_exceeded"), path, times }),
  /** The channel has uploaded too much of late. */
  z.strictObject({ kind: z.literal("upload_limit"), times }),
  /** The thumbnail is refused. */
  z.strictObject({
    kind: z.literal("thumbnail_refused"),
    status: z.int().min(400).max(499),
    reason: z.string(),
    times,
  }),
  /** This very error. With `accepted` the request has done its work all the same. */
  z.strictObject({
    kind: z.literal("refuse"),
    path,
    times,
    status: z.int().min(400).max(599),
    reason: z.string(),
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
