/** What is to be done about each of X's errors (docs/platforms/x.md#errors). */
import type { PlatformFailure } from "../platform.ts";
import type { XProblem } from "./problem.ts";

/** A verdict on an error. */
export type XVerdict = Pick<PlatformFailure, "class" | "scope" | "code" | "retryAfterMs">;

/** The access is not good any more: renewed once, and if that mends nothing its owner connects again. */
export const ACCESS_REFUSED = "access_refused";
/** X has such a post: it may be ours, of a commit whose answer was lost. */
export const DUPLICATE = "duplicate_content";
/** Too many requests: told with its window, by limits.ts. */
export const RATE_LIMITED = "rate_limited";
/** The files are gone, or are not ready: another attempt hands them in again. */
export const MEDIA_GONE = "media_gone";

const MINUTE_MS = 60_000;

const never = (code: string): XVerdict => ({ class: "never", scope: "publication", code });
const backoff = (code: string): XVerdict => ({ class: "backoff", scope: "publication", code });
const pause = (code: string): XVerdict => ({ class: "pause", scope: "platform", code });
const reconnect = (code: string): XVerdict => ({ class: "reconnect", scope: "connection", code });
const wait = (code: string, minutes: number): XVerdict => ({
  class: "wait",
  scope: "connection",
  code,
  retryAfterMs: minutes * MINUTE_MS,
});
const LIMITED: XVerdict = { class: "wait", scope: "connection", code: RATE_LIMITED };
const TWICE: XVerdict = { class: "unknown", scope: "publication", code: DUPLICATE };

/** By the last word of the problem's address. */
const TYPES: Readonly<Record<string, XVerdict>> = {
  "usage-capped": pause("usage_capped"),
  credits: pause("credits_depleted"),
  "credits-depleted": pause("credits_depleted"),
  "rate-limit": LIMITED,
  "rate-limit-exceeded": LIMITED,
  "unsupported-authentication": reconnect(ACCESS_REFUSED),
  "client-forbidden": pause("client_forbidden"),
  "client-not-enrolled": pause("client_forbidden"),
  "oauth1-permissions": pause("client_forbidden"),
  "unsupported-version": pause("version_sunset"),
  "user-suspended": never("user_suspended"),
  "invalid-request": never("invalid_request"),
  "resource-not-found": never("resource_not_found"),
  "resource-unavailable": backoff("resource_unavailable"),
  "not-authorized-for-resource": never("not_authorized_for_resource"),
  "not-authorized-for-field": never("not_authorized_for_field"),
  "field-unauthorized": never("not_authorized_for_field"),
  "disallowed-resource": never("disallowed_resource"),
  "field-hydration-failure": backoff("field_hydration_failure"),
  "internal-error": backoff("internal_error"),
};

/** By its title, where the address says nothing. */
const TITLES: Readonly<Record<string, XVerdict>> = {
  UsageCapExceeded: pause("usage_capped"),
  CreditsDepleted: pause("credits_depleted"),
  SpendCapReached: pause("spend_cap_reached"),
  "Unsupported Authentication": reconnect(ACCESS_REFUSED),
  "Client Forbidden": pause("client_forbidden"),
};

/** By the codes of the older API, which come through here and there. */
const CODES: Readonly<Record<string, XVerdict>> = {
  32: reconnect(ACCESS_REFUSED),
  64: never("user_suspended"),
  88: LIMITED,
  89: reconnect(ACCESS_REFUSED),
  185: wait("update_limit", 30),
  186: never("text_too_long"),
  187: TWICE,
  226: wait("looks_automated", 60),
  261: pause("client_forbidden"),
  324: never("media_refused"),
  325: backoff(MEDIA_GONE),
  326: reconnect("account_locked"),
  386: never("too_many_media"),
  433: never("reply_refused"),
};

/** By its words: what X tells apart by nothing else. The first that fits counts. */
const WORDS: readonly (readonly [RegExp, XVerdict])[] = [
  [/\bduplicate content\b|\bis a duplicate\b/i, TWICE],
  [/\bmaximum of (?:\d+|four) items\b/i, never("too_many_media")],
  [/\bcashtags?\b/i, never("too_many_cashtags")],
  [/\bapp(?:lication)? (?:is|has been) suspended\b/i, pause("client_forbidden")],
  [/\baccount (?:is|has been) suspended\b/i, never("user_suspended")],
  [/\btemporarily locked\b|\bunlock your account\b/i, reconnect("account_locked")],
  [/\bmedia ids? (?:are|is) invalid\b/i, backoff(MEDIA_GONE)],
  [
    /\breply to this conversation is not allowed\b|\bnot been mentioned\b|\bsummoned\b/i,
    never("reply_refused"),
  ],
  [/\btoo long\b|\ba bit shorter\b/i, never("text_too_long")],
  [/\b(?:daily|status update) limit\b/i, wait("update_limit", 30)],
  [/\blooks like it might be automated\b/i, wait("looks_automated", 60)],
  [/\bnot permitted to perform this action\b/i, never("not_permitted")],
];

const STATUSES: Readonly<Record<number, XVerdict>> = {
  400: never("invalid_request"),
  401: reconnect(ACCESS_REFUSED),
  402: pause("credits_depleted"),
  403: never("forbidden"),
  404: never("resource_not_found"),
  409: backoff("http_409"),
  425: backoff("http_425"),
  426: pause("version_sunset"),
  429: LIMITED,
};

/**
 * The verdict on an error of this status. Money and the app come first, whatever else is said; then words, which tell more
 * than the address of a kind; the status last. A page of somebody between says nothing of the request.
 */
export function verdictOf(status: number, { type, title, words, code, isPage }: XProblem): XVerdict {
  const byType = own(TYPES, type);
  if (byType?.class === "pause") return byType;
  const byTitle = own(TITLES, title);
  if (byTitle) return byTitle;
  if (isPage && status !== 429) return backoff(`http_${status}`);
  if (status < 400) return backoff(`http_${status}`);
  const byCode = own(CODES, code);
  if (byCode) return byCode;
  const byWords = WORDS.find(([sign]) => sign.test(words))?.[1];
  if (byWords) return byWords;
  // An address that only says that something was wrong knows less than the status of what is wrong with all of it.
  const isVague = byType?.code === "invalid_request" && status !== 400;
  return (isVague ? undefined : byType) ?? own(STATUSES, String(status)) ?? never(`http_${status}`);
}

function own<T>(table: Readonly<Record<string | number, T>>, key: string | null): T | undefined {
  return key !== null && Object.hasOwn(table, key) ? table[key] : undefined;
}
