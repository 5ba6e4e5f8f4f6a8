/** Broadcasts, as the database's triggers send them. */
import { z } from "zod";
import { historyEntry, visibleJob } from "./job.ts";
import { JOB_STATUSES } from "./statuses.ts";
import { JOB_STEPS } from "./steps.ts";

/** A job was created (`INSERT`) or changed (`UPDATE`). Drop it when `new.version` is not newer than what you show. */
export const jobEvent = z.object({
  type: z.enum(["INSERT", "UPDATE"]),
  table: z.literal("jobs"),
  schema: z.literal("public"),
  new: visibleJob,
  old: z.object({
    id: z.uuid(),
    status: z.enum(JOB_STATUSES),
    current_step: z.enum(JOB_STEPS),
    version: z.number().int().positive(),
  }).nullable(),
  /** What this change added to the history, oldest first. */
  steps: z.array(historyEntry),
  _debug: z.object({ triggeredAt: z.string(), triggerName: z.string(), broadcastSuccess: z.boolean() }),
});
export type JobEvent = z.infer<typeof jobEvent>;

/**
 * A lane has moved (event `lane_moved` on `lane:{lane}`, at most four a second). A waiting job with ticket t has fewer
 * than t - clock jobs of its priority before it: enough to count down without asking.
 */
export const laneEvent = z.object({
  lane: z.string(),
  /** The ticket last served, by priority. */
  clocks: z.record(z.string(), z.number().int()),
  running: z.number().int(),
  at: z.string(),
});
export type LaneEvent = z.infer<typeof laneEvent>;
