/**
 * The refusals of GoTrue (github.com/supabase/auth, internal/api/errors.go and apierrors/errorcode.go), in the two
 * shapes it has: the one that clients ask for with `X-Supabase-Api-Version: 2024-01-01` or later, and the one before.
 */

const VERSION_HEADER = "x-supabase-api-version";
const CODES_AS_TEXT_SINCE = "2024-01-01";

/** A refusal, as the client gets to see it. */
export class AuthError extends Error {
  /**
   * @param status HTTP status
   * @param code stable name of the refusal (`invalid_credentials`, `weak_password`, …)
   * @param details further fields of the answer
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** The answer to `request`, in the shape that it asks for. */
  toResponse(request: Request): Response {
    const { status, code, message, details } = this;
    const headers = { "x-sb-error-code": code };
    if ((request.headers.get(VERSION_HEADER) ?? "") >= CODES_AS_TEXT_SINCE) {
      return Response.json({ code, message, ...details }, {
        status,
        headers: { ...headers, [VERSION_HEADER]: CODES_AS_TEXT_SINCE },
      });
    }
    return Response.json({ code: status, error_code: code, msg: message, ...details }, { status, headers });
  }
}

export const validationFailed = (message: string) => new AuthError(400, "validation_failed", message);
export const badToken = (message: string) => new AuthError(403, "bad_jwt", message);
export const emailExists = () =>
  new AuthError(422, "email_exists", "A user with this email address has already been registered");
export const unexpectedFailure = (message: string) => new AuthError(500, "unexpected_failure", message);

/** The refusal that an error of any kind comes down to. */
export function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  return unexpectedFailure(error instanceof Error ? error.message : String(error));
}

/**
 * Runs `body`, turning an error of the database, such as a trigger's, into GoTrue's 500 with `message`. What the
 * database said, which GoTrue only writes to its log, goes along as `cause`.
 */
export async function orFailure<T>(message: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new AuthError(500, "unexpected_failure", message, { cause });
  }
}
