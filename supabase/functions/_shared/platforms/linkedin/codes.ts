/** What is to be done about each of LinkedIn's errors (docs/platforms/linkedin.md#errors). */
import type { PlatformFailure } from "../platform.ts";
import type { LinkedInProblem } from "./problem.ts";

/** A verdict on an error. */
export type LinkedInVerdict = Pick<PlatformFailure, "class" | "scope" | "code">;

/** LinkedIn has such a post: it may be ours, of a commit whose answer was lost. */
export const DUPLICATE = "duplicate_content";
/** Too many requests: limits.ts knows for how long. */
export const RATE_LIMITED = "rate_limited";
/** Not allowed: at times a passing mood, so that it is asked once more before anybody is told. */
export const FORBIDDEN = "forbidden";
/** The file is gone, or is not ready: another attempt hands it in again, or finds it ready. */
export const MEDIA_NOT_READY = "media_not_ready";
/** The file could not be processed: it is handed in once more. */
export const MEDIA_FAILED = "media_failed";
/** The version is past its end: nobody can publish until an operator names another. */
export const VERSION_SUNSET = "version_sunset";

const never = (code: string): LinkedInVerdict => ({ class: "never", scope: "publication", code });
const backoff = (code: string): LinkedInVerdict => ({ class: "backoff", scope: "publication", code });
const pause = (code: string): LinkedInVerdict => ({ class: "pause", scope: "platform", code });
const reconnect = (code: string): LinkedInVerdict => ({ class: "reconnect", scope: "connection", code });
const LIMITED: LinkedInVerdict = { class: "wait", scope: "connection", code: RATE_LIMITED };
const DENIED = reconnect(FORBIDDEN);
const TWICE: LinkedInVerdict = { class: "unknown", scope: "publication", code: DUPLICATE };

/** By its code, that of an input error first. */
export const CODES: Readonly<Record<string, LinkedInVerdict>> = {
  NONEXISTENT_VERSION: pause(VERSION_SUNSET),
  VERSION_DEPRECATED: pause(VERSION_SUNSET),
  VERSION_MISSING: pause("misconfigured"),
  INVALID_VERSION: pause("misconfigured"),
  INVALID_ACCESS_TOKEN: reconnect("invalid_access_token"),
  REVOKED_ACCESS_TOKEN: reconnect("revoked_access_token"),
  EXPIRED_ACCESS_TOKEN: reconnect("expired_access_token"),
  EMPTY_ACCESS_TOKEN: reconnect("invalid_access_token"),
  UNAUTHORIZED: reconnect("invalid_access_token"),
  ACCESS_DENIED: DENIED,
  FORBIDDEN: DENIED,
  TOO_MANY_REQUESTS: LIMITED,
  DUPLICATE_POST: TWICE,
  INVALID_CONTENT_OWNERSHIP: never("media_refused"),
  MEDIA_ASSET_PROCESSING_FAILED: backoff(MEDIA_FAILED),
  MEDIA_ASSET_WAITING_UPLOAD: backoff(MEDIA_NOT_READY),
  MEDIA_ASSET_NOT_READY: backoff(MEDIA_NOT_READY),
  RESOURCE_NOT_FOUND: never("resource_not_found"),
  NOT_FOUND: never("resource_not_found"),
  ILLEGAL_ARGUMENT: never("invalid_request"),
  PARAM_INVALID: never("invalid_request"),
  QUERY_PARAM_NOT_ALLOWED: never("invalid_request"),
  BAD_REQUEST: never("invalid_request"),
  MISSING_FIELD: never("invalid_request"),
  INVALID_URN_ID: never("invalid_request"),
  INVALID_URN_TYPE: never("invalid_request"),
  INVALID_VALUE_FOR_FIELD: never("invalid_request"),
  FIELD_LENGTH_TOO_LONG: never("text_too_long"),
  FIELD_VALUE_TOO_LONG: never("text_too_long"),
};

/** By its number, where it says no code that is known. */
export const NUMBERS: Readonly<Record<string, LinkedInVerdict>> = {
  100: DENIED,
  101: LIMITED,
  65600: reconnect("invalid_access_token"),
  65601: reconnect("revoked_access_token"),
  65602: reconnect("expired_access_token"),
  65604: reconnect("invalid_access_token"),
};

/** By its words: of the errors that LinkedIn tells apart by nothing else. The first that fits counts. */
const WORDS: readonly (readonly [RegExp, LinkedInVerdict])[] = [
  [/\b[Dd]uplicate (?:of urn:li:|post is detected\b)/, TWICE],
  [/\bis a duplicate\b/i, TWICE],
  [/\bnot owned by the author\b/i, never("media_refused")],
  [/^Unable to obtain activity\b/i, backoff("activity_unavailable")],
];

const STATUSES: Readonly<Record<number, LinkedInVerdict>> = {
  400: never("invalid_request"),
  401: reconnect("invalid_access_token"),
  403: DENIED,
  404: never("resource_not_found"),
  405: never("invalid_request"),
  409: backoff("http_409"),
  411: never("invalid_request"),
  413: never("media_refused"),
  415: never("media_refused"),
  422: never("invalid_request"),
  425: backoff("http_425"),
  426: pause(VERSION_SUNSET),
  429: LIMITED,
};

/** The verdict on an error of this status. A page of somebody between says nothing of the request. */
export function verdictOf(
  status: number,
  { codes, number, message, isPage }: LinkedInProblem,
): LinkedInVerdict {
  if (isPage && status !== 429) return backoff(`http_${status}`);
  if (status < 400) return backoff(`http_${status}`);
  const byCode = codes.map((code) => own(CODES, code)).find((verdict) => verdict !== undefined);
  // A code that only says that something was wrong knows less than its words.
  const isVague = byCode === undefined || byCode.code === "invalid_request";
  const byWords = isVague ? WORDS.find(([sign]) => sign.test(message ?? ""))?.[1] : undefined;
  return byWords ?? byCode ?? own(NUMBERS, number) ?? own(STATUSES, String(status)) ??
    never(`http_${status}`);
}

function own<T>(table: Readonly<Record<string | number, T>>, key: string | null): T | undefined {
  return key !== null && Object.hasOwn(table, key) ? table[key] : undefined;
}
