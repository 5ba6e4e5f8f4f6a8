/** Results, kept in the bucket `outputs`. */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { publicUrl } from "../runtime/env.ts";
import { copyFile } from "./copy_file.ts";
import { CopyPaused, MAX_OUTPUT_BYTES, unavailable } from "./output_error.ts";
import { PART_BYTES, PIECE_BYTES } from "./resumable_upload.ts";
import { DEFAULT_TYPES } from "./result_types.ts";

/** How long one call may copy, in milliseconds: a function must answer within 150 s. */
const COPY_MS = 100_000;

/**
 * Copies a result to `outputs/<path>.<extension>` in one go. Overwrites: doing it again after a crash is harmless.
 * @throws OutputError, RefusedAddress
 */
export async function storeOutput(
  address: string,
  path: string,
  declaredType: string | null,
  types: readonly string[] = DEFAULT_TYPES,
): Promise<StoredFile> {
  const latest = Date.now() + COPY_MS;
  const target = {
    path,
    declaredType,
    types,
    maxBytes: MAX_OUTPUT_BYTES,
    pieceBytes: PIECE_BYTES,
    partBytes: PART_BYTES,
    until: latest,
    latest,
    budget: { bytes: Infinity },
    tries: 2,
    areWordsFinal: true, // whoever called looks again, if anybody does
    note: () => Promise.resolve(),
  };
  try {
    return await copyFile(address, target, null);
  } catch (error) {
    throw error instanceof CopyPaused ? unavailable("The result takes too long to be copied") : error;
  }
}

/** The permanent address of a stored file, for its owner's token. */
export function fileUrl({ bucket, path }: StoredFile): string {
  return `${publicUrl()}/storage/v1/object/authenticated/${bucket}/${path}`;
}
