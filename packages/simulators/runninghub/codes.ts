/** Business codes of RunningHub: HTTP says 200, `code` says what happened. Source: runninghub.md#codes. */

/** The body of almost every answer. */
export interface Answer {
  readonly code: number;
  readonly msg: string;
  readonly data: unknown;
}

const NAMES: Readonly<Record<number, string>> = {
  0: "success",
  301: "PARAMS_INVALID",
  380: "WORKFLOW_NOT_EXISTS",
  412: "TOKEN_INVALID",
  415: "TASK_INSTANCE_MAXED",
  416: "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
  421: "TASK_QUEUE_MAXED",
  423: "TASK_NOT_FOUNED", // spelt like this by the provider
  433: "VALIDATE_PROMPT_FAILED",
  435: "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
  436: "TASK_USER_EXCLAPI_REQUIRED",
  500: "UNKNOWN_ERROR",
  801: "APIKEY_UNSUPPORTED_FREE_USER",
  802: "APIKEY_UNAUTHORIZED",
  803: "APIKEY_INVALID_NODE_INFO",
  804: "APIKEY_TASK_IS_RUNNING",
  805: "APIKEY_TASK_STATUS_ERROR",
  806: "APIKEY_USER_NOT_FOUND",
  807: "APIKEY_TASK_NOT_FOUND",
  808: "APIKEY_UPLOAD_FAILED",
  809: "APIKEY_FILE_SIZE_EXCEEDED",
  810: "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING",
  811: "CORPAPIKEY_INVALID",
  812: "CORPAPIKEY_INSUFFICIENT_FUNDS",
  813: "APIKEY_TASK_IS_QUEUED",
  814: "PERSONAL_QUEUE_COUNT_LIMIT",
  901: "WEBAPP_NOT_EXISTS",
};

/** The name that belongs to a code; codes without a documented name answer `UNKNOWN_ERROR`. */
export function codeName(code: number): string {
  return NAMES[code] ?? "UNKNOWN_ERROR";
}

/** Code 0 with its data. */
export function success(data: unknown): Answer {
  return { code: 0, msg: "success", data };
}

/** Code 0 of the endpoints that leave `msg` empty (status, retryWebhook; runninghub.md#outcomes, #webhooks). */
export function silentSuccess(data: unknown): Answer {
  return { code: 0, msg: "", data };
}

/** A code other than 0 with the provider's name for it. */
export function refusal(code: number, data: unknown = null): Answer {
  return { code, msg: codeName(code), data };
}
