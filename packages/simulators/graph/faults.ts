/** Faults that every platform of the Graph API can have, besides those of any platform. */
import { z } from "zod";

/** What strikes single requests; `paths` are the platform's endpoints by name. */
export function graphFaults<const Paths extends readonly string[]>(paths: Paths) {
  const path = z.enum(paths);
  return [
    /** The password was changed: every token of the person ends with 190/460, at this request. */
    z.strictObject({ kind: z.literal("password_changed"), path }),
    /**
     * This very error. With `accepted` the request has done its work all the same, such as 4/2207051 at a publish that is
     * live.
     */
    z.strictObject({
      kind: z.literal("refuse"),
      path,
      times: z.int().positive(),
      status: z.int().min(400).max(599).optional(),
      code: z.int(),
      subcode: z.int().optional(),
      message: z.string(),
      type: z.string().optional(),
      isTransient: z.boolean().optional(),
      accepted: z.boolean().optional(),
    }),
  ] as const;
}

/** The faults that the room itself knows. */
export type GraphFault = z.infer<ReturnType<typeof graphFaults<readonly string[]>>[number]>;
