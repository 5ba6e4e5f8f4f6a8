/** The headers of TUS 1.0.0 (tus.io/protocols/resumable-upload), read as tus-node-server reads them. */
import { Buffer } from "node:buffer";
import { TusError } from "./tus_error.ts";

const VERSION = "1.0.0";
const isCount = (text: string) => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));

/** What must hold of a header, if it is there. */
const RULES: Readonly<Record<string, (value: string) => boolean>> = {
  "upload-offset": isCount,
  "upload-length": isCount,
  "upload-defer-length": (value) => value === "1",
  "upload-metadata": (value) => readMetadata(value) !== null,
  "tus-resumable": (value) => value === VERSION,
};
const BODY_TYPE = "application/offset+octet-stream";

/** The headers that every answer has. */
export const TUS_HEADERS: Readonly<Record<string, string>> = {
  "tus-resumable": VERSION,
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Authorization, Content-Type, Location, Tus-Extension, Tus-Max-Size, " +
    "Tus-Resumable, Tus-Version, Upload-Concat, Upload-Defer-Length, Upload-Length, Upload-Metadata, " +
    "Upload-Offset, X-HTTP-Method-Override, X-Requested-With, X-Forwarded-Host, X-Forwarded-Proto, Forwarded",
};

/** What OPTIONS tells besides. `maxBytes`: what no upload may exceed. */
export function optionsHeaders(maxBytes: number): Record<string, string> {
  return {
    "tus-version": VERSION,
    "tus-extension": "creation,creation-with-upload,creation-defer-length,termination,expiration",
    "tus-max-size": String(maxBytes),
    "access-control-allow-methods": "POST, HEAD, PATCH, OPTIONS, DELETE",
    "access-control-allow-headers": `${TUS_HEADERS["access-control-expose-headers"]}, Authorization, ` +
      "X-Upsert, Upload-Expires, ApiKey, x-signature",
    "access-control-max-age": "86400",
  };
}

/** @throws TusError 412 without a version of the protocol, 400 naming the headers that are not valid */
export function checkHeaders({ method, headers }: Request): void {
  if (!headers.has("tus-resumable")) throw new TusError(412, "Tus-Resumable Required\n");
  const invalid = Object.entries(RULES).filter(([name, isValid]) => {
    const value = headers.get(name);
    return value !== null && !isValid(value);
  }).map(([name]) => name);
  const type = headers.get("content-type");
  if (method === "PATCH" && type !== null && type !== BODY_TYPE) invalid.push("content-type");
  if (invalid.length > 0) throw new TusError(400, `Invalid ${invalid.join(" ")}\n`);
}

/** Whether the request brings bytes of the file. */
export function hasBytes({ headers }: Request): boolean {
  return headers.get("content-type") === BODY_TYPE;
}

/** A count in a header that has been checked; null: it is not there. */
export function countIn(headers: Headers, name: string): number | null {
  const value = headers.get(name);
  return value === null ? null : Number(value);
}

/** `Upload-Metadata`: names and base64 values; null: it is not valid. */
export function readMetadata(header: string): Record<string, string> | null {
  const metadata: Record<string, string> = {};
  for (const pair of header.split(",")) {
    const [name = "", value = "", ...more] = pair.trim().split(" ");
    if (name === "" || name in metadata || more.length > 0) return null;
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(value)) return null;
    metadata[name] = Buffer.from(value, "base64").toString("utf8");
  }
  return metadata;
}

/** The same, written. */
export function writeMetadata(metadata: Record<string, string>): string {
  return Object.entries(metadata)
    .map(([name, value]) => value === "" ? name : `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}
