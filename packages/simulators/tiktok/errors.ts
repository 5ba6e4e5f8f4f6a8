/** Answers and errors as TikTok words them: `{data, error: {code, message, log_id}}`, `ok` where all went well. */

/** One error. */
export interface TikTokError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What went well. `ids`: 64-bit ids, which TikTok writes as numbers. */
export function answered(data: Record<string, unknown>, ids: readonly string[] = []): Response {
  const text = JSON.stringify({ data, error: { code: "ok", message: "", log_id: logId() } });
  const bare = ids.reduce((text, id) => text.replaceAll(`"${id}"`, id), text);
  return new Response(bare, { headers: { "content-type": "application/json; charset=utf-8" } });
}

/** An error as an answer. */
export function tiktokError({ status, code, message }: TikTokError): Response {
  return Response.json({ data: {}, error: { code, message, log_id: logId() } }, { status });
}

/** An error of OAuth 2. Its status is not documented; the body says what is wrong. */
export function oauthError(error: string, error_description: string): Response {
  return Response.json({ error, error_description, log_id: logId() }, { status: 400 });
}

/** What a part of a video is answered with: how many bytes there are. What its body is nobody documents; here it is empty JSON. */
export function partAnswer(status: number, bytes: number, total: number): Response {
  return Response.json({}, { status, headers: { "content-range": `bytes 0-${bytes}/${total}` } });
}

const error = (status: number, code: string, message: string): TikTokError => ({ status, code, message });

export const INVALID_TOKEN = error(401, "access_token_invalid", "The access token is invalid or expired.");
export const NO_SCOPE = error(401, "scope_not_authorized", "The user did not authorize the scope required.");
export const TOO_MANY_REQUESTS = error(429, "rate_limit_exceeded", "The API rate limit was exceeded.");
export const TOO_MANY_POSTS = error(
  403,
  "spam_risk_too_many_posts",
  "The daily post cap from the API is reached for the current user.",
);
export const TOO_MANY_SHARES = error(
  403,
  "spam_risk_too_many_pending_share",
  "There are too many shares that the user has not finished.",
);
export const BANNED = error(
  403,
  "spam_risk_user_banned_from_posting",
  "The user is banned from making new posts.",
);
export const TOO_MANY_USERS = error(
  403,
  "reached_active_user_cap",
  "The daily quota of active publishing users is reached.",
);
export const UNAUDITED = error(
  403,
  "unaudited_client_can_only_post_to_private_accounts",
  "Unaudited clients can only post to a private account.",
);
export const WRONG_PRIVACY = error(
  403,
  "privacy_level_option_mismatch",
  "The privacy level is not among the options of the creator.",
);
export const NO_SUCH_POST = error(400, "invalid_publish_id", "The publish_id does not exist.");
export const NOT_YOUR_POST = error(
  400,
  "token_not_authorized_for_specified_publish_id",
  "The access token has no authorization for the publish_id.",
);

/** Something about the request is wrong. */
export function invalidParam(message: string): TikTokError {
  return error(400, "invalid_param", message);
}

function logId(): string {
  return crypto.randomUUID().replaceAll("-", "").toUpperCase();
}
