/** The headers of multipart bodies: the boundary in the content type, and the name of each part. */
import { MultipartError } from "./multipart_error.ts";

/** What a part says of itself. */
export interface PartHead {
  readonly name: string;
  /** Present for files only. As the client sent it, so never to be used as a path. */
  readonly fileName?: string;
  readonly contentType?: string;
}

/**
 * The boundary of a `multipart/form-data` content type.
 * @throws MultipartError (`no_boundary`) when it is another content type or has none.
 */
export function boundaryOf(contentType: string | null): string {
  const isFormData = /^multipart\/form-data\s*;/i.test(contentType ?? "");
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? "");
  const boundary = found?.[1] ?? found?.[2];
  if (!isFormData || boundary === undefined) {
    throw new MultipartError(
      "no_boundary",
      `content type "${contentType ?? ""}" is not multipart/form-data with a boundary`,
    );
  }
  return boundary;
}

/**
 * Reads the header lines of one part (without the empty line that ends them).
 * @throws MultipartError (`malformed`) when there is no `Content-Disposition: form-data` with a name.
 */
export function parsePartHead(text: string): PartHead {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get("content-disposition") ?? "";
  const name = parameterOf(disposition, "name");
  if (!/^form-data\s*(;|$)/i.test(disposition) || name === undefined) {
    throw new MultipartError("malformed", "a part has no form-data Content-Disposition with a name");
  }
  const fileName = parameterOf(disposition, "filename");
  const contentType = headers.get("content-type");
  return {
    name,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function parameterOf(header: string, parameter: string): string | undefined {
  const found = new RegExp(`;\\s*${parameter}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(header);
  const raw = found?.[1] ?? found?.[2];
  // Browsers write quotes and line breaks in names as %22, %0D and %0A (WHATWG HTML, "multipart/form-data
  // encoding algorithm"); curl writes \" and \\.
  return raw?.replace(
    /\\(["\\])|%(22|0D|0A)/gi,
    (_all, escaped: string | undefined, hex: string | undefined) =>
      escaped ?? String.fromCharCode(parseInt(hex ?? "", 16)),
  );
}
