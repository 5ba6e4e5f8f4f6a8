/** The settings of tools, as a provider reads them. */
import type { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { ProviderError } from "../provider.ts";

/** The settings of the work's tool. Throws ProviderError of class never that names what they lack. */
export function settingsOf<Schema extends z.ZodType>(schema: Schema, work: WorkItem): z.infer<Schema> {
  const parsed = schema.safeParse(work.tool_settings);
  if (parsed.success) return parsed.data;
  const lacking = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  const message = `The settings of tool ${work.job.tool} lack ${lacking}`;
  throw new ProviderError({ retryClass: "never", code: "tool_misconfigured", message });
}
