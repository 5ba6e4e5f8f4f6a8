/** How requests fail: in the model, and before it (fal.md#errors). */

/** How a request failed: what the result answers. */
export interface Failure {
  readonly status: number;
  /** For the header X-Fal-Retryable; undefined: the error is not the model's, and has another header. */
  readonly retryable?: boolean;
  /** For the header X-Fal-Error-Type. */
  readonly errorType?: string;
  readonly body: unknown;
}

/** What a model answers when it fails (fal.md#errors). */
export function modelError(
  { type = "internal_server_error", msg = "Internal server error", status = 500, retryable = status >= 500 }:
    {
      type?: string | undefined;
      msg?: string | undefined;
      status?: number | undefined;
      retryable?: boolean | undefined;
    },
): Failure {
  const detail = [{
    loc: ["body"],
    msg,
    type,
    url: `https://docs.fal.ai/errors#${type}`,
    ctx: {},
    input: {},
  }];
  return { status, retryable, body: { detail } };
}

/** What fal answers when the model could not. */
export function requestError(
  { type = "runner_disconnected", status = 503 }: { type?: string | undefined; status?: number | undefined },
): Failure {
  const detail = `The request failed: ${type.replaceAll("_", " ")}`;
  return { status, errorType: type, body: { detail, error_type: type } };
}
