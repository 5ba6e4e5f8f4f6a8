/** The copies of a job's files: those that it was created with; the others are made now, and checked as at create. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { fileRules } from "../../../../shared/rows/tool.ts";
import { isFileOf } from "../../../../shared/words/file_keys.ts";
import { unwrap, worker } from "../engine/database.ts";
import { ClassifiedError } from "../engine/failure.ts";
import { type Copy, copyInputs, discardCopies, NoSuchInput } from "./handed_copies.ts";
import { filesNamed, refusalOf } from "./named_files.ts";

/** A job on its way, as far as its files are concerned. */
export interface Owner {
  job: { id: string; user_id: string; input: Record<string, unknown> };
  attempt: { token: string };
  tool_settings: { files?: unknown };
  /** The copies that are there, {path: key}. */
  handed?: Record<string, string> | null | undefined;
}

/**
 * The keys in the bucket `handed` of the files that the input names, by their paths. Throws ClassifiedError of class never
 * for what the tool does not take: file_not_found (it is no path of a file of theirs), input_gone, unsupported_file_type,
 * file_too_large.
 */
export async function copiesOf(
  { job, attempt, tool_settings, handed }: Owner,
): Promise<Record<string, string>> {
  const rules = fileRules.safeParse(tool_settings.files ?? {}).data ?? {};
  const named = filesNamed(rules, job.input);
  const known = handed ?? {};
  const missing = [...new Set(named.map(({ path }) => path))].filter((path) => !Object.hasOwn(known, path));
  if (missing.length === 0) return known;
  // Jobs that were created before paths had a grammar may name anything.
  const odd = missing.find((path) => !isFileOf(job.user_id, "inputs", path));
  if (odd !== undefined) {
    throw never("file_not_found", `${JSON.stringify(odd)} names no file of the user's in the bucket inputs`);
  }
  const outcomes = await copyInputs(job.user_id, missing);
  const copies = new Map(
    outcomes.flatMap((one): [string, Copy][] => one.ok ? [[one.value.path, one.value]] : []),
  );
  const unused = () => discardCopies([...copies.values()].map(({ key }) => key));
  try {
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.ok) continue;
      if (!(outcome.error instanceof NoSuchInput)) throw outcome.error;
      throw never("input_gone", `The input file ${missing[index]} is no longer there`);
    }
    for (const { field, rule, path } of named) {
      const copy = copies.get(path);
      const refusal = copy ? refusalOf(field, rule, copy) : null;
      if (refusal) throw refusal;
    }
    const args = Object.fromEntries([...copies].map(([path, { key }]) => [path, key]));
    const kept = unwrap(
      await worker().rpc("hand_over", { p_job_id: job.id, p_token: attempt.token, p_handed: args }),
    ) as Record<string, string>;
    for (const [path, copy] of copies) if (kept[path] === copy.key) copies.delete(path);
    await unused();
    return kept;
  } catch (error) {
    // Where the database has not answered, it may have kept them: they are left to the sweep.
    const isKnown = !(error instanceof EsteiraError) || error.code !== "database_unavailable";
    if (isKnown) await unused();
    throw error instanceof EsteiraError && error.status < 500 && error.code !== "stale_token"
      ? never(error.code, error.message)
      : error;
  }
}

function never(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ retryClass: "never", code, message });
}
