/** What type a file is uploaded as. */
import { documentTypeOf } from "../../../shared/words/document_types.ts";
import { mediaType } from "../../../shared/words/media_types.ts";

/** Systems that do not know a type give none; the name of the file does. */
const BY_ENDING: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  mov: "video/quicktime",
  mp4: "video/mp4",
  png: "image/png",
  webp: "image/webp",
};

/** The type that was asked for, that of the file, or the one that its name tells: as Storage's buckets list it. */
export function contentTypeOf(file: Blob, wanted?: string): string {
  const ending = /\.(\w+)$/.exec(nameOf(file))?.[1]?.toLowerCase() ?? "";
  return mediaType(wanted) ?? mediaType(file.type) ?? BY_ENDING[ending] ?? documentTypeOf(ending) ??
    "application/octet-stream";
}

/** The name of a `File`; empty for a mere Blob. */
export function nameOf(file: Blob): string {
  return "name" in file && typeof file.name === "string" ? file.name : "";
}
