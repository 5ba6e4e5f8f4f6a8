/** Files that a tool's input names: what was declared, and copies of them, looked at as they really are. */
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { FileRules } from "../../../shared/rows/tool.ts";
import { isFileOf } from "../../../shared/words/file_keys.ts";
import { copyInputs, discardCopies, NoSuchInput } from "../_shared/files/handed_copies.ts";
import { filesNamed, notFound, refusalOf } from "../_shared/files/named_files.ts";
import { background } from "../_shared/runtime/background.ts";

/** How many files a request may name in all: each of them is a few calls of Storage. */
export const MAX_FILES = 100;

/** Checks type and size of a file that is about to be uploaded. Errors: 415 unsupported_file_type, 413 file_too_large. */
export function checkDeclared(
  rules: FileRules,
  field: string,
  file: { contentType: string; size: number },
): void {
  const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
  if (!rule) {
    const message = `${field} is no file of this tool.`;
    throw new EsteiraError("invalid_input", message, { field, allowed: Object.keys(rules) });
  }
  const refusal = refusalOf(field, rule, { type: file.contentType, bytes: file.size });
  if (refusal) throw refusal;
}

/** A job that is asked for, as far as its files are concerned. */
interface Wish {
  rules: { files: FileRules };
  input: Record<string, unknown>;
}

/** Copies of files, {path: key}: a job is created with them, or they are given back. */
export interface HandedCopies {
  readonly keys: Readonly<Record<string, string>>;
  /** What came of the create: where no job has them, they are deleted. */
  settle(answer: { status: number; error: { code?: string } | null }): void;
}

/**
 * Copies each file that these jobs name once, several at a time, to where no user can change it, and looks at the copy:
 * before anything is charged, a file that is no image is refused whatever its declared type. What a file is declared as is
 * checked in SQL, of the copy too.
 * Errors: 422 file_not_found, or invalid_input for more than MAX_FILES, 415 unsupported_file_type, 413 file_too_large.
 */
export async function copyFiles(userId: string, wishes: readonly Wish[]): Promise<HandedCopies> {
  const named = wishes.flatMap(({ rules, input }) => filesNamed(rules.files, input));
  const paths = [...new Set(named.map(({ path }) => path))];
  if (paths.length > MAX_FILES) {
    const message = `The jobs name ${paths.length} files; a request may name ${MAX_FILES}.`;
    throw new EsteiraError("invalid_input", message, { field: "jobs", maximum: MAX_FILES });
  }
  for (const { field, path } of named) if (!isFileOf(userId, "inputs", path)) throw notFound(field);
  const outcomes = new Map(
    (await copyInputs(userId, paths)).map((outcome, index) => [paths[index] ?? "", outcome]),
  );
  const copies = [...outcomes.values()].flatMap((one) => one.ok ? [one.value] : []);
  const discard = () => {
    if (copies.length > 0) background("copies", discardCopies(copies.map(({ key }) => key)));
  };
  for (const { field, rule, path } of named) {
    const outcome = outcomes.get(path);
    const error = !outcome?.ok
      ? outcome?.error instanceof NoSuchInput ? notFound(field) : outcome?.error
      : refusalOf(field, rule, outcome.value);
    if (!error) continue;
    discard();
    throw error;
  }
  return {
    keys: Object.fromEntries(copies.map(({ path, key }) => [path, key])),
    settle: ({ status, error }) => {
      // Where the database has not answered, it may have created the job: then the sweep decides.
      const isRefused = error !== null && /^[0-9A-Z]{5}$/.test(error.code ?? "");
      if (isRefused || status === 208) discard();
    },
  };
}
