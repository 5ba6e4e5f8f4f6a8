/** What a worker says its results are, and what they really are. */
import { StorageApiError } from "@supabase/supabase-js";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { StoredFile } from "../../../shared/rows/job.ts";
import { RESULT_TYPES, type ResultFile } from "../../../shared/requests/requests_workers.ts";
import { isFileKey } from "../../../shared/words/file_keys.ts";
import { mediaType } from "../../../shared/words/media_types.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import { MAX_OUTPUT_BYTES, OutputError } from "../_shared/files/output_error.ts";
import { storeOutput } from "../_shared/files/outputs.ts";
import { RefusedAddress } from "../_shared/files/result_url.ts";
import type { ClaimedAttempt } from "./pull_rpc.ts";

/** Where the results of a job lie in the bucket `outputs`, with a slash at the end. */
export function folderOf(jobId: string, { user_id }: ClaimedAttempt): string {
  return `${user_id}/${jobId}/`;
}

/**
 * The files of a result, stored: those that were uploaded as Storage knows them, those at public addresses copied.
 * Errors, after which the worker may try again: 413 file_too_large, 415 unsupported_file_type, 422 file_not_found,
 * refused_address or output_unavailable; each names the field at fault.
 */
export async function resultFiles(
  jobId: string,
  attempt: ClaimedAttempt,
  files: ResultFile[],
): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  for (const [index, file] of files.entries()) {
    const field = `files.${index}`;
    const folder = folderOf(jobId, attempt);
    stored.push(
      "path" in file
        ? await uploadedFile(file.path, folder, field)
        : await copiedFile(file.url, `${folder}${attempt.attempt}-${index}`, field),
    );
  }
  return stored;
}

async function uploadedFile(path: string, folder: string, field: string): Promise<StoredFile> {
  if (!path.startsWith(folder) || !isFileKey("outputs", path)) {
    throw notFound(`${path} is not in the folder of this job.`, field);
  }
  const { data: info, error } = await admin().storage.from("outputs").info(path);
  if (error instanceof StorageApiError && (error.status === 404 || error.statusCode === "404")) {
    throw notFound(`Nothing has been uploaded to ${path}.`, field);
  }
  if (error) throw unwrap({ data: null, error });
  const contentType = mediaType(info.contentType) ?? "";
  const bytes = info.size ?? 0;
  if (!Object.hasOwn(RESULT_TYPES, contentType)) {
    const message = `${path} is ${contentType || "of no type"}, which is not taken.`;
    throw new EsteiraError("unsupported_file_type", message, { field, allowed: Object.keys(RESULT_TYPES) });
  }
  if (bytes > MAX_OUTPUT_BYTES) {
    throw tooLarge(`${path} has ${bytes} bytes; at most ${MAX_OUTPUT_BYTES} are taken.`, field);
  }
  return { bucket: "outputs", path, content_type: contentType, bytes };
}

async function copiedFile(address: string, path: string, field: string): Promise<StoredFile> {
  try {
    return await storeOutput(address, path, null);
  } catch (error) {
    if (error instanceof RefusedAddress) throw new EsteiraError("refused_address", error.message, { field });
    // How a fetch fails when nobody is there, or nobody answers in time.
    if (error instanceof TypeError || error instanceof DOMException) {
      throw new EsteiraError("output_unavailable", `${address} does not answer.`, { field });
    }
    if (!(error instanceof OutputError)) throw error;
    if (error.code === "output_too_large") throw tooLarge(error.message, field);
    const code = error.code === "output_wrong_type" ? "unsupported_file_type" : "output_unavailable";
    throw new EsteiraError(code, error.message, { field });
  }
}

function notFound(message: string, field: string): EsteiraError {
  return new EsteiraError("file_not_found", message, { field });
}

function tooLarge(message: string, field: string): EsteiraError {
  return new EsteiraError("file_too_large", message, { field, limit: MAX_OUTPUT_BYTES });
}
