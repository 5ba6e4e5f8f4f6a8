/** What RunningHub's tools are set to: which app does the work, and which of its nodes takes which input. */
import { z } from "zod";
import type { WorkItem } from "../../engine/work_item.ts";
import { settingsOf } from "../kit/tool_settings.ts";
import { ProviderError } from "../provider.ts";

/** An AI app, and which of its nodes takes which field of the input. */
export const appSettings = z.looseObject({
  webapp_id: z.string(),
  nodes: z.record(
    z.string(),
    z.object({ node_id: z.string(), field_name: z.string() }),
  ),
  output_node_id: z.string().optional(),
  instance_type: z.enum(["default", "plus", "ultra"]).optional(),
});
const variantSettings = z.looseObject({ variants: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The settings of the app that does this work; undefined when there is none for its variant. */
export function settingsOfApp({ tool_settings, job }: WorkItem): Record<string, unknown> | undefined {
  const { variants } = variantSettings.safeParse(tool_settings).data ?? {};
  const { variant } = job.input;
  if (!variants || typeof variant !== "string") return tool_settings;
  return Object.hasOwn(variants, variant) ? { ...tool_settings, ...variants[variant] } : undefined;
}

/** As settingsOfApp. Throws ProviderError of class never that names what is not there. */
export function appOf(work: WorkItem): z.infer<typeof appSettings> {
  const tool_settings = settingsOfApp(work);
  if (tool_settings) return settingsOf(appSettings, { ...work, tool_settings });
  const message = `The settings of tool ${work.job.tool} lack variants.${work.job.input.variant}`;
  throw new ProviderError({ retryClass: "never", code: "tool_misconfigured", message });
}
