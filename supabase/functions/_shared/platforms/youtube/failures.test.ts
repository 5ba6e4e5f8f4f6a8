/** Each error of Google's documentation, and those that others have seen, with its class (docs/platforms/youtube.md#codes). */
import assert from "node:assert/strict";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { tryParseJson } from "../../text/json.ts";
import { keptAnswer } from "../kit/without_tokens.ts";
import { KNOWN_REASONS } from "./codes.ts";
import { type Asked, failureOf } from "./failures.ts";
import { problem } from "./fake_youtube.ts";

const NOON = Date.parse("2026-11-27T20:00:00Z");

async function refused(answer: Response, asked: Asked = "session") {
  const text = await answer.text();
  const body = tryParseJson(text);
  return failureOf(
    { status: answer.status, headers: answer.headers, body, raw: keptAnswer(body ?? text, [ACCESS_TOKEN]) },
    asked,
    NOON,
  );
}
const said = async (answer: Response, asked?: Asked) => {
  const { failure } = await refused(answer, asked);
  return `${failure.class} ${failure.scope} ${failure.code}`;
};

const NEVER: readonly (readonly [number, readonly string[]])[] = [
  [400, [
    ...["invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId", "invalidPublishAt"],
    ...["invalidFilename", "invalidVideoMetadata", "invalidRecordingDetails", "invalidVideoGameRating"],
    ...["defaultLanguageNotSet", "mediaBodyRequired", "invalidImage", "imageFormatUnsupported"],
    ...["imageTooTall", "imageTooWide", "failedPrecondition", "badRequest", "invalid", "invalidParameter"],
    ...["invalidValue", "parseError", "required", "incompatibleParameters", "invalidFilters"],
    ...["invalidPageToken", "missingRequiredParameter", "unexpectedParameter", "unknownPart"],
    ...["wrongUrlForUpload", "unsupportedMediaProtocol", "notAcceptable", "httpMethodNotAllowed"],
  ]],
  [401, ["youtubeSignupRequired"]],
  [403, [
    ...["forbidden", "forbiddenPrivacySetting", "forbiddenLicenseSetting", "forbiddenEmbedSetting"],
    ...["accountDelegationForbidden", "authenticatedUserAccountClosed", "authenticatedUserAccountSuspended"],
    ...["authenticatedUserNotChannel", "channelClosed", "channelSuspended", "channelForbidden"],
    ...[
      "playlistForbidden",
      "cmsUserAccountNotFound",
      "contentOwnerAccountNotFound",
      "insufficientCapabilities",
    ],
  ]],
  [404, ["notFound", "videoNotFound", "channelNotFound", "playlistNotFound"]],
  [413, ["uploadTooLarge"]],
];
const OTHERS: readonly (readonly [number, string, string])[] = [
  [403, "quotaExceeded", "wait platform quotaExceeded"],
  [403, "dailyLimitExceeded", "wait platform quotaExceeded"],
  [403, "rateLimitExceeded", "wait connection rateLimitExceeded"],
  [429, "rateLimitExceeded", "wait connection rateLimitExceeded"],
  [403, "userRateLimitExceeded", "wait connection rateLimitExceeded"],
  [429, "uploadRateLimitExceeded", "wait connection uploadRateLimitExceeded"],
  [400, "uploadLimitExceeded", "wait connection uploadLimitExceeded"],
  [401, "authError", "reconnect connection access_refused"],
  [401, "unauthorized", "reconnect connection access_refused"],
  [401, "authorizationRequired", "reconnect connection access_refused"],
  [403, "insufficientPermissions", "reconnect connection missing_scope"],
  [403, "accessNotConfigured", "pause platform misconfigured"],
  [403, "dailyLimitExceededUnreg", "pause platform misconfigured"],
  [400, "keyInvalid", "pause platform misconfigured"],
  [400, "keyExpired", "pause platform misconfigured"],
  [403, "ipRefererBlocked", "pause platform misconfigured"],
  [403, "refererRestrictionBlocked", "pause platform misconfigured"],
  [403, "sslRequired", "pause platform misconfigured"],
  [403, "projectSuspended", "pause platform misconfigured"],
  [400, "processingFailure", "backoff publication processingFailure"],
  [409, "conflict", "backoff publication conflict"],
  [409, "alreadyExists", "wait publication already_exists"],
  [500, "backendError", "wait publication backendError"],
  [500, "internalError", "wait publication internalError"],
  [503, "serviceUnavailable", "wait publication serviceUnavailable"],
  [503, "transientError", "wait publication transientError"],
];

for (const [status, reasons] of NEVER) {
  for (const reason of reasons) {
    Deno.test(`${status} ${reason} is final`, async () => {
      assert.equal(await said(problem(status, { reason })), `never publication ${reason}`);
    });
  }
}
for (const [status, reason, verdict] of OTHERS) {
  Deno.test(`${status} ${reason}: ${verdict}`, async () => {
    assert.equal(await said(problem(status, { reason })), verdict);
  });
}

Deno.test("no reason of the table goes untested", () => {
  const tested = new Set([...NEVER.flatMap(([, reasons]) => reasons), ...OTHERS.map(([, reason]) => reason)]);
  assert.deepEqual(KNOWN_REASONS.filter((reason) => !tested.has(reason)), []);
});

/** Errors that are told by their status, or in details alone. */
const TOLD: readonly (readonly [number, Parameters<typeof problem>[1], string])[] = [
  [400, { status: "INVALID_ARGUMENT" }, "never publication badRequest"],
  [400, { status: "FAILED_PRECONDITION" }, "never publication failedPrecondition"],
  [400, { status: "OUT_OF_RANGE" }, "never publication badRequest"],
  [401, { status: "UNAUTHENTICATED" }, "reconnect connection access_refused"],
  [403, { status: "PERMISSION_DENIED" }, "never publication forbidden"],
  [404, { status: "NOT_FOUND" }, "never publication notFound"],
  [409, { status: "ALREADY_EXISTS" }, "wait publication already_exists"],
  [409, { reason: "conflict", status: "ALREADY_EXISTS" }, "wait publication already_exists"],
  [409, { status: "ABORTED" }, "backoff publication conflict"],
  [429, { status: "RESOURCE_EXHAUSTED" }, "wait connection rateLimitExceeded"],
  [500, { status: "INTERNAL" }, "wait publication internalError"],
  [503, { status: "UNAVAILABLE" }, "wait publication serviceUnavailable"],
  [504, { status: "DEADLINE_EXCEEDED" }, "wait publication serviceUnavailable"],
  [403, info("ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "reconnect connection missing_scope"],
  [401, info("ACCESS_TOKEN_EXPIRED"), "reconnect connection access_refused"],
  [401, info("ACCESS_TOKEN_TYPE_UNSUPPORTED"), "reconnect connection access_refused"],
  [401, info("CREDENTIALS_MISSING"), "reconnect connection access_refused"],
  [401, info("ACCOUNT_STATE_INVALID"), "reconnect connection access_refused"],
  [403, info("SERVICE_DISABLED"), "pause platform misconfigured"],
  [403, info("CONSUMER_INVALID"), "pause platform misconfigured"],
  [403, info("CONSUMER_SUSPENDED"), "pause platform misconfigured"],
  [403, info("BILLING_DISABLED"), "pause platform misconfigured"],
  [400, info("API_KEY_INVALID"), "pause platform misconfigured"],
  [429, info("RATE_LIMIT_EXCEEDED"), "wait connection rateLimitExceeded"],
  [429, info("RATE_LIMIT_EXCEEDED", "VideoInsertsPerMinutePerProject"), "wait connection rateLimitExceeded"],
  [429, info("RATE_LIMIT_EXCEEDED", "VideoInsertsPerDayPerProject"), "wait platform quotaExceeded"],
  [400, {}, "never publication badRequest"],
  [401, {}, "reconnect connection access_refused"],
  [403, {}, "never publication forbidden"],
  [404, {}, "never publication notFound"],
  [410, {}, "never publication gone"],
  [412, {}, "never publication failedPrecondition"],
  [418, { reason: "teapot" }, "never publication http_418"],
  [425, {}, "backoff publication http_425"],
  [429, {}, "wait connection rateLimitExceeded"],
];

for (const [status, how, verdict] of TOLD) {
  Deno.test(`${status} ${JSON.stringify(how)}: ${verdict}`, async () => {
    assert.equal(await said(problem(status, how)), verdict);
  });
}

function info(reason: string, quota_limit?: string) {
  const type = "type.googleapis.com/google.rpc.ErrorInfo";
  const metadata = { service: "youtube.googleapis.com", ...quota_limit ? { quota_limit } : {} };
  return { reason: "forbidden", details: [{ "@type": type, reason, metadata }] };
}

Deno.test("a page of somebody between is no refusal, whatever its status", async () => {
  for (const status of [301, 400, 401, 403, 404]) {
    assert.equal(await said(new Response("<html>", { status })), `backoff publication http_${status}`);
  }
});

Deno.test("a day that is used up is over at midnight in California, and a minute for our clocks", async () => {
  const { failure } = await refused(problem(403, { reason: "quotaExceeded" }));
  assert.equal(failure.retryAfterMs, 12 * 3_600_000 + 60_000);
});

Deno.test("who has asked too much what became of videos may still publish", async () => {
  for (const asked of ["read", "thumbnail"] as const) {
    assert.equal(
      await said(problem(403, { reason: "quotaExceeded" }), asked),
      "wait publication quotaExceeded",
    );
  }
});

Deno.test("a limit is waited for as it says, or a minute; a channel's own for a day", async () => {
  const waits = async (reason: string, headers: Record<string, string> = {}) =>
    (await refused(problem(429, { reason, headers }))).failure.retryAfterMs;
  assert.equal(await waits("rateLimitExceeded", { "retry-after": "7" }), 7_000);
  assert.equal(await waits("rateLimitExceeded"), 60_000);
  assert.equal(await waits("uploadLimitExceeded"), 86_400_000);
  assert.equal(await waits("alreadyExists"), 3_000);
});

Deno.test("a scope that is missing is named, and words are without their links", async () => {
  const reason = "insufficientPermissions";
  const names = async (asked: Asked) => (await refused(problem(403, { reason }), asked)).failure.message;
  assert.match(await names("session"), /youtube\.upload/);
  assert.match(await names("read"), /youtube\.readonly/);
  const message = 'You have exceeded your <a href="/quota">quota</a>.';
  assert.equal(
    (await refused(problem(403, { reason: "forbidden", message }))).failure.message,
    "You have exceeded your quota.",
  );
});
