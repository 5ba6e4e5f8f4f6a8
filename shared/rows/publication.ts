/** A publication as its owner sees it: its job, and what it has come to at the platform. */
import { z } from "zod";
import { GROUP_STATES, PLATFORMS, PUBLICATION_STEPS, RESOLUTIONS } from "../words/platforms.ts";
import { JOB_REFUNDS, JOB_STATUSES } from "../words/statuses.ts";

/** A step as it was done: `name` is the platform's own act, such as `container_created`. */
export const publicationStepEntry = z.looseObject({
  step: z.enum(PUBLICATION_STEPS),
  name: z.string(),
  timestamp: z.string(),
});
export type PublicationStepEntry = z.infer<typeof publicationStepEntry>;

/** What is odd about a publication that is there all the same, such as a thumbnail that was refused. */
export const publicationWarning = z.looseObject({ code: z.string(), message: z.string() });
export type PublicationWarning = z.infer<typeof publicationWarning>;

export const publication = z.object({
  id: z.guid().describe("Of its job."),
  group_id: z.guid(),
  platform: z.enum(PLATFORMS),
  option: z.string(),
  connection_id: z.guid(),
  status: z.enum(JOB_STATUSES),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  caption: z.string(),
  scheduled_for: z.string().nullable(),
  /** Why it waits, where that is not its turn or its time: `connection_busy`, `reconnect_needed`, `limited`, … */
  hold: z.string().nullable(),
  steps: z.array(publicationStepEntry),
  warnings: z.array(publicationWarning),
  /** When the call that makes it visible was made last; null: not yet. From then on it cannot be cancelled. */
  committed_at: z.string().nullable(),
  post_id: z.string().nullable(),
  permalink: z.string().nullable(),
  refund: z.enum(JOB_REFUNDS),
  resolved: z.enum(RESOLUTIONS).nullable(),
  resolved_at: z.string().nullable(),
  retry_count: z.number().int(),
  version: z.number().int(),
  created_at: z.string(),
  completed_at: z.string().nullable(),
  updated_at: z.string(),
});
export type Publication = z.infer<typeof publication>;

export const publicationGroup = z.object({
  group_id: z.guid(),
  state: z.enum(GROUP_STATES),
  total: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
});
export type PublicationGroup = z.infer<typeof publicationGroup>;
