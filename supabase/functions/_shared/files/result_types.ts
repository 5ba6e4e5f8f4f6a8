/** Which types of files a tool's results may have, and how their names end. */
import { DOCUMENT_ENDINGS } from "../../../../shared/words/document_types.ts";
import { isOneOfTypes } from "../../../../shared/words/media_types.ts";

/** Where a tool does not say. */
export const DEFAULT_TYPES: readonly string[] = ["image/*", "video/*"];

const EXTENSIONS: Readonly<Record<string, string>> = {
  ...DOCUMENT_ENDINGS,
  "video/quicktime": "mov",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "text/plain": "txt",
  "application/x-subrip": "srt",
};

/** A tool's `output_types`: whole types, or families such as `audio/*`. What is no list of types is as good as none. */
export function outputTypes(settings: Record<string, unknown>): readonly string[] {
  const types = settings.output_types;
  const isList = Array.isArray(types) && types.length > 0 && types.every((type) => typeof type === "string");
  return isList ? types : DEFAULT_TYPES;
}

/** Whether `type` is one of `types` or of their families, however those are written. */
export function isOneOf(type: string, types: readonly string[]): boolean {
  return isOneOfTypes(type, types) || isOneOfTypes(`${type.split("/")[0]}/*`, types);
}

/** The ending of the name of a file of this type, without the dot. */
export function extensionOf(type: string): string {
  return EXTENSIONS[type] ?? type.split("/")[1] ?? "bin";
}
