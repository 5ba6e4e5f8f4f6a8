/** Results, kept in the bucket `outputs`; always as streams: a file of any size passes through in small pieces. */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { admin, unwrap } from "../engine/database.ts";
import { publicUrl } from "../runtime/env.ts";
import { fetchResult } from "./fetch_result.ts";
import { MAX_OUTPUT_BYTES, OutputError, tooLarge } from "./output_error.ts";
import { countBytes, peek } from "./passing_streams.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

/**
 * Copies a result to `outputs/<path>.<extension>`. Overwrites: doing it again after a crash is harmless.
 * @throws OutputError, RefusedAddress
 */
export async function storeOutput(
  address: string,
  path: string,
  declaredType: string | null,
): Promise<StoredFile> {
  const response = await fetchResult(address);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new OutputError(
      "output_unavailable",
      `The result answered HTTP ${response.status}`,
    );
  }
  const length = Number(response.headers.get("content-length") ?? 0);
  if (length > MAX_OUTPUT_BYTES) {
    await response.body.cancel();
    throw tooLarge(length);
  }
  const { first, rest } = await peek(response.body, SNIFF_BYTES);
  const type = sniff(first);
  if (!type) {
    await rest.cancel();
    const claimed = declaredType ?? response.headers.get("content-type");
    throw new OutputError(
      "output_wrong_type",
      `The result is neither image nor video (it claims to be ${claimed})`,
    );
  }
  const counted = countBytes(rest);
  const target = `${path}.${type.split("/")[1] === "quicktime" ? "mov" : type.split("/")[1]}`;
  const stored = await admin().storage.from("outputs").upload(target, counted.stream, {
    contentType: type,
    upsert: true,
    duplex: "half",
  });
  // The upload fails because the stream did; the stream's reason is the one that counts.
  if (counted.bytes() > MAX_OUTPUT_BYTES) throw tooLarge(counted.bytes());
  unwrap(stored);
  return {
    bucket: "outputs",
    path: target,
    content_type: type,
    bytes: counted.bytes(),
  };
}

/** The permanent address of a stored file, for its owner's token. */
export function fileUrl({ bucket, path }: StoredFile): string {
  return `${publicUrl()}/storage/v1/object/authenticated/${bucket}/${path}`;
}
