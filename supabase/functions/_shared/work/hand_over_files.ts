/** Input files on their way to the provider. */
import type { WorkItem } from "../engine/work_item.ts";
import { copiesOf } from "../files/copies_of.ts";
import { openInput, signInput } from "../files/inputs.ts";
import type { Provider, SubmitContext } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { asking } from "./weather.ts";

export interface HandedOver {
  /** How the submit names each file. */
  files: SubmitContext["files"];
  /**
   * What of that is kept for whoever submits again: names that the provider gave. An address is none: whoever has a
   * signed one can read the file, and it is made anew each time. That there are files, and how many, is.
   */
  kept: SubmitContext["files"];
}

/** Hands over the input files that an earlier worker has not: their copies, that no user can change. */
export async function handOverFiles(provider: Provider, item: WorkItem): Promise<HandedOver> {
  const named = Object.keys(item.tool_settings.files ?? {}).flatMap((field) => {
    const paths = [item.job.input[field]].flat().filter((path) => typeof path === "string");
    return paths.length > 0 ? [{ field, paths }] : [];
  });
  const { upload } = provider;
  const before = item.attempt.checkpoint.files ?? {};
  const isKept = (field: string) => upload !== undefined && before[field]?.every((name) => name !== "");
  const toDo = named.filter(({ field }) => !isKept(field));
  const result: HandedOver = { files: {}, kept: {} };
  for (const { field } of named) {
    if (isKept(field)) result.files[field] = result.kept[field] = before[field] ?? [];
  }
  if (toDo.length === 0) return result;
  const copies = await copiesOf(item);
  for (const { field, paths } of toDo) {
    const names: string[] = [];
    for (const path of paths) names.push(await handOver(provider, item, path, copies[path] ?? ""));
    result.files[field] = names;
    result.kept[field] = upload ? names : names.map(() => "");
    logJob(item.job.id, "upload", { field, fileName: upload ? names : paths });
  }
  return result;
}

async function handOver(provider: Provider, item: WorkItem, path: string, copy: string): Promise<string> {
  const { upload } = provider;
  if (!upload) return await signInput(path, copy);
  const file = await openInput(path, copy);
  return await asking(item, () => upload.call(provider, item, file));
}
