/** What is to be done about each of TikTok's errors (docs/platforms/tiktok.md#errors). Compared whole, never in parts. */
import type { PlatformFailure } from "../platform.ts";

/** A verdict on an error. `isBusy`: TikTok's own trouble, after which a commit may have been taken all the same. */
export type TikTokVerdict =
  & Pick<PlatformFailure, "class" | "scope" | "code" | "retryAfterMs">
  & { isBusy?: true; words?: string };

/** The access is not good any more: renewed once, and if that mends nothing its owner connects again. */
export const ACCESS_REFUSED = "access_refused";
/** Too many requests: told with its window, by limits.ts. */
export const RATE_LIMITED = "rate_limited";
/** The grant lacks a scope: told with its name, by failures.ts. */
export const SCOPE_MISSING = "missing_scope";

/**
 * A day's window moves along: its first place is free when the oldest post in it is a day old, and nobody tells when. Whoever
 * waited for the whole day would see the publication expire.
 */
const DAILY_MS = 60 * 60_000;
const PULL_AGAIN_MS = 60_000;

const never = (code: string, words?: string): TikTokVerdict => ({
  class: "never",
  scope: "publication",
  code,
  ...words === undefined ? {} : { words },
});
const backoff = (code: string, retryAfterMs?: number): TikTokVerdict => ({
  class: "backoff",
  scope: "publication",
  code,
  ...retryAfterMs === undefined ? {} : { retryAfterMs },
});
const daily = (code: string): TikTokVerdict => ({
  class: "wait",
  scope: "connection",
  code,
  retryAfterMs: DAILY_MS,
});
const reconnect = (code: string): TikTokVerdict => ({ class: "reconnect", scope: "connection", code });
const busy = (code: string): TikTokVerdict => ({ ...backoff(code), isBusy: true });

/** What an error says by its code, and a post that failed by its reason: most words are in both. */
const CODES: Readonly<Record<string, TikTokVerdict>> = {
  rate_limit_exceeded: { class: "wait", scope: "connection", code: RATE_LIMITED },
  internal: busy("internal"),
  internal_error: busy("internal_error"),
  video_pull_failed: backoff("video_pull_failed", PULL_AGAIN_MS),
  photo_pull_failed: backoff("photo_pull_failed", PULL_AGAIN_MS),
  spam_risk_too_many_posts: daily("spam_risk_too_many_posts"),
  spam_risk_too_many_pending_share: daily("spam_risk_too_many_pending_share"),
  reached_active_user_cap: daily("reached_active_user_cap"),
  access_token_invalid: reconnect(ACCESS_REFUSED),
  access_token_expired: reconnect(ACCESS_REFUSED),
  auth_removed: reconnect("auth_removed"),
  scope_not_authorized: reconnect(SCOPE_MISSING),
  scope_permission_missed: reconnect(SCOPE_MISSING),
  spam_risk: never("spam_risk"),
  spam_risk_text: never("spam_risk_text"),
  spam_risk_user_banned_from_posting: never("spam_risk_user_banned_from_posting"),
  privacy_level_option_mismatch: never(
    "privacy_level_option_mismatch",
    "The account does not offer this privacy for a post",
  ),
  unaudited_client_can_only_post_to_private_accounts: never(
    "unaudited_client_can_only_post_to_private_accounts",
    "Until TikTok has audited the app it posts for private accounts alone, and for their own eyes (SELF_ONLY)",
  ),
  url_ownership_unverified: never(
    "url_ownership_unverified",
    "The address that photos are fetched from is not verified as the app's own at TikTok",
  ),
  invalid_param: never("invalid_param"),
  invalid_params: never("invalid_params"),
  invalid_file_upload: never("invalid_file_upload"),
  invalid_publish_id: never("invalid_publish_id"),
  token_not_authorized_for_specified_publish_id: never("token_not_authorized_for_specified_publish_id"),
  publish_not_cancellable: never("publish_not_cancellable"),
  app_version_check_failed: never(
    "app_version_check_failed",
    "The creator's TikTok app is too old for photos that come from elsewhere",
  ),
  file_format_check_failed: never("file_format_check_failed"),
  duration_check_failed: never("duration_check_failed"),
  frame_rate_check_failed: never("frame_rate_check_failed"),
  picture_size_check_failed: never("picture_size_check_failed"),
  publish_cancelled: never("publish_cancelled"),
};

const STATUSES: Readonly<Record<number, TikTokVerdict>> = {
  401: reconnect(ACCESS_REFUSED),
  409: backoff("http_409"),
  425: backoff("http_425"),
  429: { class: "wait", scope: "connection", code: RATE_LIMITED },
};

/** The verdict on a code or a fail reason of TikTok's; undefined for one that nobody knows. */
export function meaningOf(code: string): TikTokVerdict | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

/** The verdict on an error of this status. `code`: null where TikTok says none. */
export function verdictOf(status: number, code: string | null, isPage: boolean): TikTokVerdict {
  const known = code === null ? undefined : meaningOf(code);
  if (known) return known;
  const byStatus = STATUSES[status];
  if (byStatus && (!isPage || status === 429)) return byStatus;
  // A page of somebody between says nothing of the request, nor of the access.
  if (isPage || status < 400) return code === null ? backoff(`http_${status}`) : never(code);
  return never(code ?? `http_${status}`);
}

/** Every code that is known, for those who look whether all of them are told of. */
export const KNOWN_CODES: readonly string[] = Object.keys(CODES);
