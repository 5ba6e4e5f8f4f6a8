/**
 * The faults that any platform can have; rules are those of the kit (`contains`, `times`, `per`). What `contains` is
 * compared with: the post's text and the account's name, and where there is no text yet, what there is instead.
 */
import { z } from "zod";

const count = z.int().positive();
const milliseconds = z.int().nonnegative();

/**
 * What strikes single requests, `times` times. `paths` are the platform's endpoints by name; `commit` is the one that
 * makes a post visible.
 */
export function requestFaults<const Paths extends readonly string[]>(paths: Paths) {
  const path = z.enum(paths);
  const times = count;
  return [
    /** This status with an HTML page. With `accepted` the request has done its work all the same: its answer is lost. */
    z.strictObject({
      kind: z.literal("http_error"),
      path,
      status: z.int().min(400).max(599),
      times,
      accepted: z.boolean().optional(),
    }),
    /** No answer at all; `accepted` as above. */
    z.strictObject({ kind: z.literal("hang"), path, times, accepted: z.boolean().optional() }),
    /** The request does its work, and its answer breaks off in the middle. */
    z.strictObject({ kind: z.literal("cut_answer"), path, times }),
    /** The answer comes `ms` late; the work is done at once, or (`taken` is `late`) only then. */
    z.strictObject({
      kind: z.literal("late_answer"),
      path,
      ms: milliseconds,
      times,
      taken: z.enum(["at_once", "late"]),
    }),
    /** The token is refused although it is good, as it may be for a while after a refresh. */
    z.strictObject({ kind: z.literal("unauthorized"), path, times }),
    /** The request is answered as always, and its access token has come to its end. */
    z.strictObject({ kind: z.literal("access_ends"), path, times }),
    /** Too many requests, although there were not: for `seconds` (default 1), which headers tell or do not. */
    z.strictObject({
      kind: z.literal("rate_limited"),
      path,
      times,
      headers: z.boolean(),
      seconds: z.int().nonnegative().optional(),
    }),
  ] as const;
}

/** What happens when an access is renewed. Its answer is lost by `http_error` and its like with the path `token`. */
export const REFRESH_FAULTS = [
  /** The answer has no refresh token in it, or an empty one; the one that was sent stays good. */
  z.strictObject({ kind: z.literal("no_refresh_token"), says: z.enum(["absent", "empty"]) }),
] as const;

/** What happens to posts. */
export const POST_FAULTS = [
  /** Reads do not show the post until so long after it was made. */
  z.strictObject({ kind: z.literal("read_lag"), ms: milliseconds }),
] as const;

/** The faults that the room itself knows. */
export type CommonFault =
  | z.infer<ReturnType<typeof requestFaults<readonly string[]>>[number]>
  | z.infer<typeof REFRESH_FAULTS[number]>
  | z.infer<typeof POST_FAULTS[number]>;
