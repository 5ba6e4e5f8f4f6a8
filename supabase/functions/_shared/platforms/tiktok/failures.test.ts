/** Each error of TikTok's documentation, and those that others have seen, with its class (docs/platforms/tiktok.md#errors). */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import { KNOWN_CODES } from "./codes.ts";
import { askCreator } from "./creator.ts";
import { failedFor } from "./failures.ts";
import {
  creatorInfo,
  fakeTikTok,
  photoWork,
  prepareAll,
  refusal,
  takingParts,
  videoWork,
} from "./fake_tiktok.ts";
import { prepareCommit } from "./commit.ts";
import { observePost } from "./observe.ts";

/** What a video's beginning is refused for: HTTP status, code, verdict. */
const CODES: readonly (readonly [number, string, string])[] = [
  [429, "rate_limit_exceeded", "wait connection rate_limited"],
  [200, "internal_error", "backoff publication internal_error"],
  [400, "internal", "backoff publication internal"],
  [400, "video_pull_failed", "backoff publication video_pull_failed"],
  [400, "photo_pull_failed", "backoff publication photo_pull_failed"],
  [403, "spam_risk_too_many_posts", "wait connection spam_risk_too_many_posts"],
  [403, "spam_risk_too_many_pending_share", "wait connection spam_risk_too_many_pending_share"],
  [403, "reached_active_user_cap", "wait connection reached_active_user_cap"],
  [401, "access_token_invalid", "reconnect connection access_refused"],
  [401, "access_token_expired", "reconnect connection access_refused"],
  [401, "auth_removed", "reconnect connection auth_removed"],
  [401, "scope_not_authorized", "reconnect connection missing_scope"],
  [401, "scope_permission_missed", "reconnect connection missing_scope"],
  [403, "spam_risk", "never publication spam_risk"],
  [403, "spam_risk_text", "never publication spam_risk_text"],
  [403, "spam_risk_user_banned_from_posting", "never publication spam_risk_user_banned_from_posting"],
  [403, "privacy_level_option_mismatch", "never publication privacy_level_option_mismatch"],
  [
    403,
    "unaudited_client_can_only_post_to_private_accounts",
    "never publication unaudited_client_can_only_post_to_private_accounts",
  ],
  [403, "url_ownership_unverified", "never publication url_ownership_unverified"],
  [400, "invalid_param", "never publication invalid_param"],
  [400, "invalid_params", "never publication invalid_params"],
  [400, "invalid_file_upload", "never publication invalid_file_upload"],
  [400, "invalid_publish_id", "never publication invalid_publish_id"],
  [
    400,
    "token_not_authorized_for_specified_publish_id",
    "never publication token_not_authorized_for_specified_publish_id",
  ],
  [400, "publish_not_cancellable", "never publication publish_not_cancellable"],
  [400, "app_version_check_failed", "never publication app_version_check_failed"],
  [400, "file_format_check_failed", "never publication file_format_check_failed"],
  [400, "duration_check_failed", "never publication duration_check_failed"],
  [400, "frame_rate_check_failed", "never publication frame_rate_check_failed"],
  [400, "picture_size_check_failed", "never publication picture_size_check_failed"],
  [400, "publish_cancelled", "never publication publish_cancelled"],
  // What is none of them is told by the status.
  [401, "something_new", "reconnect connection access_refused"],
  [429, "something_new", "wait connection rate_limited"],
  [409, "something_new", "backoff publication http_409"],
  [425, "something_new", "backoff publication http_425"],
  [400, "something_new", "never publication something_new"],
  [403, "51065", "never publication 51065"],
  [200, "something_new", "never publication something_new"],
];

for (const [status, code, verdict] of CODES) {
  Deno.test(`${status} ${code} is ${verdict}`, async () => {
    await using server = fakeTikTok();
    takingParts(server);
    server.answer("direct", refusal(status, code));
    const { failure, isAmbiguous, isUnreachable } = await errorOf(prepareAll(videoWork(server.url)));
    assert.equal(`${failure.class} ${failure.scope} ${failure.code}`, verdict);
    assert.deepEqual([isAmbiguous, isUnreachable], [false, false]);
    assert.ok(failure.message.length > 0 && failure.raw !== undefined);
  });
}

Deno.test("every code that is known is in the list above", () => {
  assert.deepEqual(KNOWN_CODES.filter((code) => !CODES.some(([, listed]) => listed === code)), []);
});

Deno.test("a code is compared whole: words that only contain one are another", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  for (const code of ["my_internal_error_2", "INTERNAL", "spam_risk_", "not_rate_limit_exceeded"]) {
    server.answer("direct", refusal(400, code, "internal spam_risk rate_limit_exceeded"));
    const { failure } = await errorOf(prepareAll(videoWork(server.url)));
    assert.deepEqual([failure.class, failure.code], ["never", code]);
  }
});

for (const status of [500, 502, 503, 504, 408]) {
  Deno.test(`${status} is weather, whatever is said; of photos it leaves a doubt`, async () => {
    await using server = fakeTikTok();
    server.answer("creator", creatorInfo());
    for (
      const answer of [
        new Response("<html>", { status }),
        refusal(status, "internal_error"),
        refusal(status, "spam_risk"),
      ]
    ) {
      server.answer("direct", answer);
      server.answer("photos", answer);
      const video = await errorOf(prepareAll(videoWork(server.url)));
      assert.deepEqual([video.isUnreachable, video.isAmbiguous, video.failure.class], [true, false, "wait"]);
      const photos = await errorOf(prepareCommit(photoWork(server.url)).send(new AbortController().signal));
      assert.deepEqual([photos.isUnreachable, photos.isAmbiguous, photos.failure.class], [
        true,
        true,
        "unknown",
      ]);
    }
  });
}

Deno.test("a page of somebody between says nothing of the access, nor of the request", async () => {
  await using server = fakeTikTok();
  for (const status of [401, 403, 404]) {
    server.answer("creator", new Response("<html>Forbidden</html>", { status }));
    const { failure } = await errorOf(askCreator(videoWork(server.url)));
    assert.deepEqual([failure.class, failure.code], ["backoff", `http_${status}`]);
  }
});

Deno.test("too many requests hold up whoever begins posts, and not whoever asks how one stands", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  const limited = refusal(429, "rate_limit_exceeded");
  server.answer("direct", limited);
  const begun = (await errorOf(prepareAll(videoWork(server.url)))).failure;
  assert.deepEqual([begun.scope, begun.retryAfterMs], ["connection", 60_000]);
  server.answer("status", limited);
  const asked = (await errorOf(observePost(videoWork(server.url), "publish:p"))).failure;
  assert.deepEqual([asked.class, asked.scope, asked.retryAfterMs], ["wait", "publication", 60_000]);
  server.answer(
    "creator",
    () => new Response(limited.clone().body, { status: 429, headers: { "retry-after": "40" } }),
  );
  const told = (await errorOf(askCreator(videoWork(server.url)))).failure;
  assert.deepEqual([told.scope, told.retryAfterMs], ["publication", 40_000]);
});

Deno.test("who has posted enough for a day is asked again in an hour: the window moves along", async () => {
  await using server = fakeTikTok();
  for (const code of ["spam_risk_too_many_posts", "reached_active_user_cap"]) {
    server.answer("creator", refusal(403, code));
    const { failure } = await errorOf(prepareAll(videoWork(server.url)));
    assert.deepEqual([failure.class, failure.scope, failure.retryAfterMs], ["wait", "connection", 3_600_000]);
  }
});

Deno.test("a scope that is missing is named: the one of what was asked", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  for (const name of ["direct", "draft"] as const) server.answer(name, refusal(401, "scope_not_authorized"));
  const direct = await errorOf(prepareAll(videoWork(server.url)));
  assert.match(direct.failure.message, /scope video\.publish/);
  const draft = await errorOf(
    prepareAll(videoWork(server.url, { content: { settings: { mode: "draft" } } })),
  );
  assert.match(draft.failure.message, /scope video\.upload/);
});

Deno.test("an app that was not audited is told so in words that an operator can act on", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  server.answer(
    "direct",
    refusal(403, "unaudited_client_can_only_post_to_private_accounts", "Please review"),
  );
  const { failure } = await errorOf(prepareAll(videoWork(server.url)));
  assert.match(failure.message, /Until TikTok has audited the app .* TikTok: Please review/);
});

Deno.test("why a post failed is a verdict as well, of every reason", () => {
  for (const [, code, verdict] of CODES.filter(([, code]) => KNOWN_CODES.includes(code))) {
    const { class: failureClass, scope, code: told, retryAfterMs } = failedFor(code, null);
    assert.equal(`${failureClass} ${scope} ${told}`, verdict);
    if (failureClass === "wait") assert.ok((retryAfterMs ?? 0) > 0, code);
  }
});
