/**
 * The refusals of storage-api: its codes, texts and HTTP answers (github.com/supabase/storage,
 * src/internal/errors/codes.ts and src/http/error-handler.ts). All but server errors are answered with HTTP 400 and
 * carry what they mean as `statusCode` in the body.
 */
import postgres from "postgres";

/** A refusal, as the client gets to see it. */
export class StorageError extends Error {
  /**
   * @param statusCode what the body says, as an HTTP code
   * @param code stable name of the refusal (`NoSuchKey`, `AccessDenied`, …)
   * @param error older name of the same refusal, for older clients
   * @param httpStatus what the HTTP answer says
   */
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly error: string = code,
    readonly httpStatus: number = statusCode === 500 ? 500 : 400,
  ) {
    super(message);
  }

  toResponse(headers?: HeadersInit): Response {
    const { statusCode, code, error, message } = this;
    return Response.json({ statusCode: String(statusCode), code, error, message }, {
      status: this.httpStatus,
      headers,
    });
  }
}

export const noSuchBucket = () =>
  new StorageError(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
export const noSuchKey = () => new StorageError(404, "NoSuchKey", "Object not found", "not_found");
export const accessDenied = (message: string) =>
  new StorageError(403, "AccessDenied", message, "Unauthorized");
const alreadyExists = () =>
  new StorageError(409, "ResourceAlreadyExists", "The resource already exists", "Duplicate");
const keyAlreadyExists = () =>
  new StorageError(409, "KeyAlreadyExists", "The resource already exists", "Duplicate");
export const invalidKey = (key: string) => new StorageError(400, "InvalidKey", `Invalid key: ${key}`);
export const invalidBucketName = () =>
  new StorageError(400, "InvalidBucketName", "Bucket name invalid", "Invalid Input");
export const invalidMimeType = (type: string) =>
  new StorageError(415, "InvalidMimeType", `mime type ${type} is not supported`, "invalid_mime_type");
export const tooLarge = (what = "object") =>
  new StorageError(
    413,
    "EntityTooLarge",
    `The ${what} exceeded the maximum allowed size`,
    "Payload too large",
  );
/** A request that does not fit the route's schema, in the words of storage-api's web framework. */
export const badRequest = (message: string) => new StorageError(400, "InvalidRequest", message, "Error");

/** The refusal that an error of any kind comes down to. */
export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof postgres.PostgresError)) {
    return new StorageError(500, "InternalError", message, "Internal");
  }
  switch (error.code) {
    case "42501":
      return accessDenied("new row violates row-level security policy");
    case "23505":
      return error.table_name === "objects" ? keyAlreadyExists() : alreadyExists();
    case "23503":
      return new StorageError(404, "InvalidRequest", "The related resource does not exist");
    case "55P03":
      return new StorageError(423, "ResourceLocked", "The resource is locked");
    case "57014":
      return new StorageError(
        544,
        "DatabaseTimeout",
        "The connection to the database timed out",
        undefined,
        544,
      );
    default:
      return new StorageError(500, "DatabaseError", message);
  }
}
