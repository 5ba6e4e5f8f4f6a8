/** Input files on their way to the provider. */
import type { WorkItem } from "../engine/work_item.ts";
import { openInput, signInput } from "../files/inputs.ts";
import type { Provider, SubmitContext } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { asking } from "./weather.ts";

/** Hands over the input files that an earlier worker has not, and returns how the submit names each. */
export async function handOverFiles(provider: Provider, item: WorkItem): Promise<SubmitContext["files"]> {
  const names: SubmitContext["files"] = { ...item.attempt.checkpoint.files };
  for (const field of Object.keys(item.tool_settings.files ?? {})) {
    if (names[field]) continue;
    const paths = [item.job.input[field]].flat().filter((path) => typeof path === "string");
    if (paths.length === 0) continue;
    names[field] = [];
    for (const path of paths) names[field].push(await handOver(provider, item, path));
    logJob(item.job.id, "upload", { field, fileName: provider.upload ? names[field] : paths });
  }
  return names;
}

async function handOver(provider: Provider, item: WorkItem, path: string): Promise<string> {
  const { upload } = provider;
  if (!upload) return await signInput(item.job.user_id, path);
  const file = await openInput(item.job.user_id, path);
  return await asking(item, () => upload.call(provider, item, file));
}
