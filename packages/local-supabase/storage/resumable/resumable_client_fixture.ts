/** For the tests of this folder: TUS requests by hand. */
import { Buffer } from "node:buffer";
import type { Harness } from "../storage_fixture.ts";

/** An answer, read. */
export interface TusAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Sends one request, as `Tus-Resumable: 1.0.0` unless the headers say otherwise. */
export async function tus(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: BodyInit,
  signal?: AbortSignal,
): Promise<TusAnswer> {
  const response = await fetch(url, {
    method,
    headers: { "tus-resumable": "1.0.0", ...headers },
    ...body === undefined ? {} : { body },
    ...signal ? { signal } : {},
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `Upload-Metadata` of these names and values. */
export function metadataHeader(metadata: Record<string, string>): string {
  return Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

/** Where uploads are begun. */
export const door = ({ url }: Pick<Harness, "url">) => `${url}/storage/v1/upload/resumable`;

/** Headers of a PATCH at `offset`. */
export const at = (offset: number) => ({
  "upload-offset": String(offset),
  "content-type": "application/offset+octet-stream",
});

/** Begins an upload to `files/<key>`. */
export async function begin(
  harness: Pick<Harness, "url">,
  headers: Record<string, string>,
  key: string,
  length: number | null,
  metadata: Record<string, string> = {},
): Promise<TusAnswer & { location: string }> {
  const answer = await tus("POST", door(harness), {
    ...headers,
    ...length === null ? { "upload-defer-length": "1" } : { "upload-length": String(length) },
    "upload-metadata": metadataHeader({ bucketName: "files", objectName: key, ...metadata }),
  });
  return { ...answer, location: answer.headers.get("location") ?? "" };
}
