/** Whether a tool takes a file, before a byte of it is sent. The server checks again. */
import type { Language } from "../../../../../shared/words/labels.ts";
import { documentTypeOf } from "../../../../../shared/words/document_types.ts";
import { isOneOfTypes, mediaType } from "../../../../../shared/words/media_types.ts";
import type { FileRules } from "../../../../../shared/rows/tool.ts";
import { typeName, typeNames } from "../../texts/file_types.ts";
import { bytesIn } from "../../texts/numbers.ts";
import type { Texts } from "../../texts/texts.ts";

export type FileRule = FileRules[string];

/** Why not, in words; null: it is taken. Without a rule anything is that is not empty. */
export function refusalOf(
  file: File,
  rule: FileRule | null,
  texts: Texts,
  language: Language,
): string | null {
  if (file.size === 0) return texts.upload.empty;
  if (rule === null) return null;
  // Systems that do not know a type give none; the name tells it then, as it does to the upload.
  const type = mediaType(file.type) ?? documentTypeOf(endingOf(file.name).slice(1)) ?? null;
  if (!isOneOfTypes(type, rule.types)) {
    return texts.upload.wrongType(typeName(type ?? endingOf(file.name)), typeNames(rule.types));
  }
  if (file.size > rule.max_bytes) {
    return texts.upload.tooLarge(bytesIn(language, file.size), bytesIn(language, rule.max_bytes));
  }
  return null;
}

function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot).toLowerCase() : name;
}
