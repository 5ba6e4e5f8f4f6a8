/** What Storage's answers mean. Its errors come as `400` with the true status in the body, or as text. */
import type { EsteiraError } from "../../../shared/errors/errors.ts";
import { toError } from "../http/outcome.ts";

/** An answer; `status` 0: none came, and `text` says why. */
export interface StorageAnswer {
  readonly status: number;
  readonly text: string;
}

/** Whether the same may succeed a little later. */
export function isPassing(answer: StorageAnswer): boolean {
  const status = trueStatus(answer);
  return status === 0 || status >= 500 || [408, 423, 425, 429].includes(status);
}

/** Whether the place is not to be had any more: its token has expired, or what was sent of the file has been swept. */
export function isGone(answer: StorageAnswer): boolean {
  return [400, 401, 403, 404, 410].includes(trueStatus(answer));
}

/** The status that Storage means. */
export function trueStatus({ status, text }: StorageAnswer): number {
  return status === 400 ? Number(fieldsOf(text).statusCode) || status : status;
}

/** The error that a caller gets. */
export function errorOf(answer: StorageAnswer): EsteiraError {
  const status = trueStatus(answer);
  const said = fieldsOf(answer.text).message ?? answer.text.trim().slice(0, 200);
  return toError(codeOf(status), String(said) || `Storage has answered ${status}.`, {}, status);
}

function codeOf(status: number): string {
  if (status === 0) return "network";
  if (status === 413) return "file_too_large";
  if (status === 415) return "unsupported_file_type";
  return isGone({ status, text: "" }) ? "forbidden" : "storage_unavailable";
}

function fieldsOf(text: string): { statusCode?: unknown; message?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
