/** `GET /jobs/by-id`: several jobs at once. */
import { z } from "zod";
import { shownJob } from "../rows/job.ts";

/** How many ids may be asked for at once. */
export const MAX_IDS = 100;

/** `GET /jobs/by-id?id=…&id=…`. */
export const jobsByIdQuery = z.strictObject({
  id: z.array(z.guid()).min(1).max(MAX_IDS).describe("Several may be asked for: `id=…&id=…`."),
});
export type JobsByIdQuery = z.input<typeof jobsByIdQuery>;

/** The answer: those of them that are the caller's and still there, in the order asked for, each once. */
export const jobsById = z.object({ jobs: z.array(shownJob) });
export type JobsById = z.infer<typeof jobsById>;
