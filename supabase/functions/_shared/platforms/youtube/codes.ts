/** What is to be done about each of Google's errors (docs/platforms/youtube.md#codes). */
import type { PlatformFailure } from "../platform.ts";
import type { YouTubeProblem } from "./problem.ts";

/** A verdict on an error. */
export type YouTubeVerdict = Pick<PlatformFailure, "class" | "scope" | "code" | "retryAfterMs">;

/** The access is not good any more: renewed once, and if that mends nothing its owner connects again. */
export const ACCESS_REFUSED = "access_refused";
/** The project's day is used up: there is more after midnight in California. */
export const QUOTA = "quotaExceeded";
/** The access lacks a scope: told by its name. */
export const SCOPE_MISSING = "insufficientPermissions";
/** Such a session is there already: passing, and nothing was made. */
export const ALREADY_EXISTS = "already_exists";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const never = (code: string): YouTubeVerdict => ({ class: "never", scope: "publication", code });
const backoff = (code: string): YouTubeVerdict => ({ class: "backoff", scope: "publication", code });
const pause = (code: string): YouTubeVerdict => ({ class: "pause", scope: "platform", code });
const reconnect = (code: string): YouTubeVerdict => ({ class: "reconnect", scope: "connection", code });
const wait = (code: string, scope: YouTubeVerdict["scope"], retryAfterMs?: number): YouTubeVerdict => ({
  class: "wait",
  scope,
  code,
  ...retryAfterMs === undefined ? {} : { retryAfterMs },
});
const OF_THE_DAY = wait(QUOTA, "platform");
const LIMITED = wait("rateLimitExceeded", "connection");
const EXISTS = wait(ALREADY_EXISTS, "publication", 3 * SECOND_MS);

/** What is never taken, whatever is done about it here: all under Google's own names. */
const NEVER = [
  // Of a video.
  ...["invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId", "invalidPublishAt"],
  ...["invalidFilename", "invalidVideoMetadata", "invalidRecordingDetails", "invalidVideoGameRating"],
  ...["defaultLanguageNotSet", "mediaBodyRequired"],
  ...["forbiddenPrivacySetting", "forbiddenLicenseSetting", "forbiddenEmbedSetting"],
  // Of a thumbnail.
  ...["invalidImage", "imageFormatUnsupported", "imageTooTall", "imageTooWide", "failedPrecondition"],
  ...["videoNotFound", "uploadTooLarge"],
  // Of whose it is.
  ...["youtubeSignupRequired", "forbidden", "accountDelegationForbidden", "authenticatedUserAccountClosed"],
  ...["authenticatedUserAccountSuspended", "authenticatedUserNotChannel", "channelClosed", "channelNotFound"],
  ...["channelSuspended", "channelForbidden", "playlistForbidden", "playlistNotFound"],
  ...["cmsUserAccountNotFound", "contentOwnerAccountNotFound", "insufficientCapabilities"],
  // Of a request.
  ...["badRequest", "invalid", "invalidParameter", "invalidValue", "parseError", "required", "notFound"],
  ...["incompatibleParameters", "invalidFilters", "invalidPageToken", "missingRequiredParameter"],
  ...["unexpectedParameter", "unknownPart", "wrongUrlForUpload", "unsupportedMediaProtocol"],
  ...["notAcceptable", "httpMethodNotAllowed"],
] as const;

/** By the reason, the first of `error.errors`. */
const REASONS: Readonly<Record<string, YouTubeVerdict>> = {
  ...Object.fromEntries(NEVER.map((reason) => [reason, never(reason)])),
  quotaExceeded: OF_THE_DAY,
  dailyLimitExceeded: OF_THE_DAY,
  rateLimitExceeded: LIMITED,
  userRateLimitExceeded: LIMITED,
  uploadRateLimitExceeded: wait("uploadRateLimitExceeded", "connection"),
  // A channel's own day, which ends nobody knows when.
  uploadLimitExceeded: wait("uploadLimitExceeded", "connection", DAY_MS),
  authError: reconnect(ACCESS_REFUSED),
  unauthorized: reconnect(ACCESS_REFUSED),
  authorizationRequired: reconnect(ACCESS_REFUSED),
  insufficientPermissions: reconnect(SCOPE_MISSING),
  accessNotConfigured: pause("misconfigured"),
  dailyLimitExceededUnreg: pause("misconfigured"),
  keyInvalid: pause("misconfigured"),
  keyExpired: pause("misconfigured"),
  ipRefererBlocked: pause("misconfigured"),
  refererRestrictionBlocked: pause("misconfigured"),
  sslRequired: pause("misconfigured"),
  projectSuspended: pause("misconfigured"),
  // Passing for all that is known; it may be the request's fault, so it uses an attempt.
  processingFailure: backoff("processingFailure"),
  conflict: backoff("conflict"),
  alreadyExists: EXISTS,
  backendError: backoff("backendError"),
  internalError: backoff("internalError"),
  serviceUnavailable: backoff("serviceUnavailable"),
  transientError: backoff("transientError"),
};

/** By the reason in `error.details`, which tells more than what it comes with. */
const DETAILS: Readonly<Record<string, YouTubeVerdict>> = {
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: reconnect(SCOPE_MISSING),
  ACCESS_TOKEN_EXPIRED: reconnect(ACCESS_REFUSED),
  ACCESS_TOKEN_TYPE_UNSUPPORTED: reconnect(ACCESS_REFUSED),
  CREDENTIALS_MISSING: reconnect(ACCESS_REFUSED),
  ACCOUNT_STATE_INVALID: reconnect(ACCESS_REFUSED),
  SERVICE_DISABLED: pause("misconfigured"),
  CONSUMER_INVALID: pause("misconfigured"),
  CONSUMER_SUSPENDED: pause("misconfigured"),
  BILLING_DISABLED: pause("misconfigured"),
  API_KEY_INVALID: pause("misconfigured"),
  RATE_LIMIT_EXCEEDED: LIMITED,
};

/** By `error.status`, where there is no reason that is known. */
const STATUSES: Readonly<Record<string, YouTubeVerdict>> = {
  INVALID_ARGUMENT: never("badRequest"),
  FAILED_PRECONDITION: never("failedPrecondition"),
  OUT_OF_RANGE: never("badRequest"),
  UNAUTHENTICATED: reconnect(ACCESS_REFUSED),
  PERMISSION_DENIED: never("forbidden"),
  NOT_FOUND: never("notFound"),
  ALREADY_EXISTS: EXISTS,
  ABORTED: backoff("conflict"),
  RESOURCE_EXHAUSTED: LIMITED,
  INTERNAL: backoff("internalError"),
  UNAVAILABLE: backoff("serviceUnavailable"),
  DEADLINE_EXCEEDED: backoff("serviceUnavailable"),
};

const HTTP: Readonly<Record<number, YouTubeVerdict>> = {
  400: never("badRequest"),
  401: reconnect(ACCESS_REFUSED),
  403: never("forbidden"),
  404: never("notFound"),
  409: backoff("conflict"),
  410: never("gone"),
  412: never("failedPrecondition"),
  425: backoff("http_425"),
  429: LIMITED,
};

/** All reasons that are known: tests go through them. */
export const KNOWN_REASONS: readonly string[] = Object.keys(REASONS);

/**
 * The verdict on an error of this HTTP status. What ErrorInfo says comes before the reason, which is often a vague
 * `forbidden` beside it; a limit that it names by the day is the day's. A page of somebody between says nothing.
 */
export function verdictOf(
  http: number,
  { reason, status, detail, limit, isPage }: YouTubeProblem,
): YouTubeVerdict {
  if (isPage && http !== 429) return backoff(`http_${http}`);
  if (http < 400) return backoff(`http_${http}`);
  const byDetail = own(DETAILS, detail);
  if (byDetail === LIMITED && limit !== null && /PerDay/i.test(limit)) return OF_THE_DAY;
  const byReason = own(REASONS, reason);
  // 409 is passing by whatever name.
  if (http === 409 && status === "ALREADY_EXISTS") return EXISTS;
  return byDetail ?? byReason ?? own(STATUSES, status) ?? own(HTTP, String(http)) ?? never(`http_${http}`);
}

function own<T>(table: Readonly<Record<string | number, T>>, key: string | null): T | undefined {
  return key !== null && Object.hasOwn(table, key) ? table[key] : undefined;
}
