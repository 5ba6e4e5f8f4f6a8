/** Everything that can be made to go wrong with the Facebook simulator. */
import { z } from "zod";
import { type FaultRule as Rule, faultRuleSchema } from "../kit/fault_rules.ts";
import { graphFaults } from "../graph/faults.ts";
import { POST_FAULTS, requestFaults } from "../social/faults.ts";

/**
 * The endpoints by their names in fault rules; `commit` is whatever makes a post, video, reel or story visible, `upload` the
 * address at which a video is handed in, `status` a video that is asked for, `post` a post, `feed` every list of a page's.
 */
export const PATHS = [
  "token",
  "accounts",
  "me",
  "permissions",
  "photo",
  "start",
  "upload",
  "status",
  "commit",
  "post",
  "feed",
] as const;
export type Path = typeof PATHS[number];

const times = z.int().positive();
const milliseconds = z.int().nonnegative();

/**
 * What a video carries. Compared with the page's name, the address of its file and its SHA-256 when it has been fetched, and
 * with the text, the title and these when it is published.
 */
const videoFault = z.discriminatedUnion("kind", [
  /** It takes `ms` to be processed instead of `processMs`. */
  z.strictObject({ kind: z.literal("slow_processing"), ms: milliseconds }),
  /** It cannot be used. `said`: it was called complete before it was published, and fails after that. */
  z.strictObject({
    kind: z.literal("processing_fails"),
    message: z.string().optional(),
    said: z.literal("complete").optional(),
  }),
  /** It is published, and stays a draft. */
  z.strictObject({ kind: z.literal("stays_draft") }),
]);

const fault = z.discriminatedUnion("kind", [
  ...requestFaults(PATHS),
  ...graphFaults(PATHS),
  ...POST_FAULTS,
  ...videoFault.options,
  /** The file is fetched so long after Facebook was told where it is, and its sender is answered at once. */
  z.strictObject({ kind: z.literal("slow_download"), ms: milliseconds }),
  /** Fetching breaks off after so many bytes, and goes on from there. */
  z.strictObject({ kind: z.literal("download_breaks"), bytes: z.int().positive(), times }),
  /** Whoever hands the file in is told that all is well, and nothing is fetched. */
  z.strictObject({ kind: z.literal("bytes_never_come"), times }),
  /** The upload is gone, as it is after a day. */
  z.strictObject({ kind: z.literal("upload_expires"), times }),
  /** The address at which a video is handed in is somebody else's. */
  z.strictObject({ kind: z.literal("upload_elsewhere"), times }),
  /** The phase of uploading is this word `times` times. */
  z.strictObject({ kind: z.literal("unknown_status"), word: z.string(), times }),
  /** Reads of the post or video fail with 100/33 `times` times. */
  z.strictObject({ kind: z.literal("permalink_fails"), times }),
  /** 506 although there is no such post. */
  z.strictObject({ kind: z.literal("calls_duplicate"), times }),
]);

/** One thing that goes wrong, told apart by `kind`. */
export type Fault = z.infer<typeof fault>;

/** What a video carries. */
export type VideoFault = z.infer<typeof videoFault>;

/** A fault, and for which requests and how often. */
export type FaultRule = Rule<Fault>;

/** Guards the rules that come over HTTP and those that come by call. */
export const faultRule = faultRuleSchema(fault);
