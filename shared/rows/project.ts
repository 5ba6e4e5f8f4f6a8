/** What jobs show on the nodes of a project, checked where it comes from outside. */
import { z } from "zod";
import type { NodeResult } from "./node_results.ts";

/** As `NodeResult`, which says what each of them is. */
export const nodeResult = z.object({
  generated: z.looseObject({ url: z.string(), type: z.string().optional() }).optional(),
  loading: z.boolean().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  requestId: z.string().optional(),
  jobId: z.string().optional(),
  updatedAt: z.string().optional(),
}) satisfies z.ZodType<NodeResult>;
