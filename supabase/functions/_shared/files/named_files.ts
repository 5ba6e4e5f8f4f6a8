/** The files that a tool's input names, and whether each is one that the tool takes. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import type { FileRules } from "../../../../shared/rows/tool.ts";
import { isOneOfTypes } from "../../../../shared/words/media_types.ts";

type FileRule = FileRules[string];

/** A file as an input names it. */
export interface NamedFile {
  field: string;
  rule: FileRule;
  /** In the bucket `inputs`; any text still. */
  path: string;
}

/** The files that `input` names, in the order of the rules; no more of a field than the tool takes. */
export function filesNamed(rules: FileRules, input: Record<string, unknown>): NamedFile[] {
  return Object.entries(rules).flatMap(([field, rule]) => {
    const value = Object.hasOwn(input, field) ? input[field] : undefined;
    return [value].flat().slice(0, rule.max_count).filter((path) => typeof path === "string")
      .map((path) => ({ field, rule, path }));
  });
}

/** What is wrong with a file of this type and size; null: nothing. 415 unsupported_file_type, 413 file_too_large. */
export function refusalOf(
  field: string,
  rule: FileRule,
  file: { type: string | null; bytes: number },
): EsteiraError | null {
  if (!isOneOfTypes(file.type, rule.types)) {
    const message = `${field} is ${file.type ?? "nothing that is known"}; this tool takes ${
      rule.types.join(", ")
    }.`;
    return new EsteiraError("unsupported_file_type", message, { field, allowed: rule.types });
  }
  if (file.bytes <= rule.max_bytes) return null;
  const message = `${field} has ${file.bytes} bytes; this tool takes ${rule.max_bytes}.`;
  return new EsteiraError("file_too_large", message, { field, limit: rule.max_bytes });
}

/** 422 file_not_found: somebody else's file and no file are the same answer. */
export function notFound(field: string): EsteiraError {
  return new EsteiraError("file_not_found", `${field} names no file of yours in the inputs bucket.`, {
    field,
  });
}
