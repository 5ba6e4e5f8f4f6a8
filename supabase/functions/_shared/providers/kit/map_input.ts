/** How a provider's model calls a tool's input: data in the tool's settings, so that a tool changes provider by a row. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import type { SubmitContext } from "../provider.ts";

/**
 * For each input field of the tool, its name at the provider; `values` where the provider has other words for what is
 * in it. Fields that are not listed are not sent.
 */
export const inputFields = z.record(
  z.string(),
  z.union([z.string(), z.object({ name: z.string(), values: z.record(z.string(), z.string()).optional() })]),
);
export type InputFields = z.infer<typeof inputFields>;

/** The model's input. Files go as what `context.files` calls them, one or an array as the input has it; empty arrays are left out. */
export function mapInput(
  { job }: WorkItem,
  { files }: Pick<SubmitContext, "files">,
  fields: InputFields,
): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [field, rule] of Object.entries(fields)) {
    const { name, values } = typeof rule === "string" ? { name: rule } : rule;
    const given = job.input[field];
    if (given === undefined || given === null || (Array.isArray(given) && given.length === 0)) continue;
    const value = files[field] ? (Array.isArray(given) ? files[field] : files[field][0]) : given;
    mapped[name] = typeof value === "string" ? values?.[value] ?? value : value;
  }
  return mapped;
}
