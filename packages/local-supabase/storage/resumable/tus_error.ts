/**
 * The refusals of resumable uploads: plain text with a true HTTP status, unlike those of all other routes
 * (github.com/tus/tus-node-server, ERRORS of @tus/utils).
 */
import { StorageError, toStorageError } from "../storage_error.ts";

/** A refusal, as the client gets to see it. */
export class TusError extends Error {
  constructor(readonly status: number, readonly body: string) {
    super(body);
  }
}

export const missingOffset = () => new TusError(403, "Upload-Offset header required\n");
export const missingContentType = () => new TusError(403, "Content-Type header required\n");
export const aborted = () => new TusError(400, "Request aborted due to lock acquired");
export const alreadyComplete = () => new TusError(400, "Cannot terminate an already completed upload");
export const invalidLength = () =>
  new TusError(400, "Upload-Length or Upload-Defer-Length header required\n");
export const uploadNotFound = () => new TusError(404, "The file for this url was not found\n");
export const offsetConflict = () => new TusError(409, "Upload-Offset conflict\n");
export const uploadExpired = () => new TusError(410, "The file for this url no longer exists\n");
export const bodyTooLarge = () => new TusError(413, "upload's size exceeded\n");
export const uploadTooLarge = () => new TusError(413, "Maximum size exceeded\n");

/** The refusal that an error of any kind comes down to: storage-api's own keep their meaning and lose their JSON. */
export function toTusError(error: unknown): TusError {
  if (error instanceof TusError) return error;
  const { statusCode, message } = toStorageError(error);
  if (error instanceof StorageError || statusCode !== 500) return new TusError(statusCode, message);
  return new TusError(500, `Something went wrong with that request\n${message}\n`);
}
