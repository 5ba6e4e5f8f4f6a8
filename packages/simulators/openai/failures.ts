/** Errors, as OpenAI words them (openai.md#errors). */

/** What the JSON of an error says, beside its HTTP status. */
export interface Failure {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly param?: string | null;
}

/** The answer that tells an error. */
export function problem(
  { status, type, code, message, param = null }: Failure,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { message, type, param, code } }, { status, headers });
}

/** The synthesis went wrong inside. */
export const SERVER_ERROR: Failure = {
  status: 500,
  type: "server_error",
  code: null,
  message: "The server had an error while processing your request. Sorry about that!",
};

/** Whoever asks has no key, or another one. */
export function wrongKey(key: string): Failure {
  const said = key ? `${key.slice(0, 4)}${"*".repeat(8)}${key.slice(-4)}` : "";
  return {
    status: 401,
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: key
      ? `Incorrect API key provided: ${said}. You can find your API key at https://platform.openai.com/account/api-keys.`
      : "You didn't provide an API key.",
  };
}

/** The model is not there, or not for this key: OpenAI does not say which. */
export function unknownModel(model: string): Failure {
  return {
    status: 404,
    type: "invalid_request_error",
    code: "model_not_found",
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    param: "model",
  };
}

/** Too many requests in a minute. */
export function tooManyRequests(model: string): Failure {
  return {
    status: 429,
    type: "requests",
    code: "rate_limit_exceeded",
    message: `Rate limit reached for ${model} in organization org-simulator on requests per min (RPM): ` +
      "Limit 3, Used 3, Requested 1.",
  };
}

/** There is no money left, under whichever code. */
export function outOfQuota(code: string): Failure {
  return {
    status: 429,
    type: "insufficient_quota",
    code,
    message: "You exceeded your current quota, please check your plan and billing details.",
  };
}
