/** Each error of LinkedIn's documentation, and those that others have seen, with its class. */
import assert from "node:assert/strict";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { keptAnswer } from "../kit/without_tokens.ts";
import { CODES, NUMBERS } from "./codes.ts";
import { fakeLinkedIn, linkedInWork, problem } from "./fake_linkedin.ts";
import { type Asked, failureOf } from "./failures.ts";
import { limitOf, untilMidnight } from "./limits.ts";
import { preparePost } from "./post.ts";

type Said = Parameters<typeof problem>[1];

/** An answer, as it is kept. */
async function answered(response: Response): Promise<PlatformAnswer> {
  const { status, headers } = response;
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status, headers, body, raw: keptAnswer(body ?? text, [ACCESS_TOKEN]) };
}

const DOCUMENTED: readonly (readonly [number, Said, string])[] = [
  // By its code.
  [
    426,
    { code: "NONEXISTENT_VERSION", message: "Requested version 202401 is not active" },
    "pause platform version_sunset",
  ],
  [426, { code: "VERSION_DEPRECATED" }, "pause platform version_sunset"],
  [400, { code: "VERSION_MISSING", message: "A version must be present." }, "pause platform misconfigured"],
  [400, { code: "INVALID_VERSION" }, "pause platform misconfigured"],
  [
    401,
    { code: "INVALID_ACCESS_TOKEN", serviceErrorCode: 65600 },
    "reconnect connection invalid_access_token",
  ],
  [
    401,
    { code: "REVOKED_ACCESS_TOKEN", serviceErrorCode: 65601 },
    "reconnect connection revoked_access_token",
  ],
  [
    401,
    { code: "EXPIRED_ACCESS_TOKEN", serviceErrorCode: 65602 },
    "reconnect connection expired_access_token",
  ],
  [401, { code: "EMPTY_ACCESS_TOKEN", serviceErrorCode: 65604 }, "reconnect connection invalid_access_token"],
  [401, { code: "UNAUTHORIZED" }, "reconnect connection invalid_access_token"],
  [403, { code: "ACCESS_DENIED", serviceErrorCode: 100 }, "reconnect connection forbidden"],
  [403, { code: "FORBIDDEN" }, "reconnect connection forbidden"],
  [429, { code: "TOO_MANY_REQUESTS", serviceErrorCode: 101 }, "wait connection rate_limited"],
  [404, { code: "RESOURCE_NOT_FOUND" }, "never publication resource_not_found"],
  [404, { code: "NOT_FOUND" }, "never publication resource_not_found"],
  [400, { code: "ILLEGAL_ARGUMENT" }, "never publication invalid_request"],
  [400, { code: "PARAM_INVALID" }, "never publication invalid_request"],
  [400, { code: "QUERY_PARAM_NOT_ALLOWED" }, "never publication invalid_request"],
  [400, { code: "BAD_REQUEST" }, "never publication invalid_request"],
  // By what is wrong in the body.
  [400, { inputCode: "INVALID_CONTENT_OWNERSHIP" }, "never publication media_refused"],
  [400, { inputCode: "MEDIA_ASSET_PROCESSING_FAILED" }, "backoff publication media_failed"],
  [400, { inputCode: "MEDIA_ASSET_WAITING_UPLOAD" }, "backoff publication media_not_ready"],
  [400, { inputCode: "MEDIA_ASSET_NOT_READY" }, "backoff publication media_not_ready"],
  [422, { inputCode: "MISSING_FIELD" }, "never publication invalid_request"],
  [400, { inputCode: "INVALID_URN_ID" }, "never publication invalid_request"],
  [400, { inputCode: "INVALID_URN_TYPE" }, "never publication invalid_request"],
  [400, { inputCode: "INVALID_VALUE_FOR_FIELD" }, "never publication invalid_request"],
  [422, { inputCode: "FIELD_LENGTH_TOO_LONG", code: "BAD_REQUEST" }, "never publication text_too_long"],
  [422, { inputCode: "FIELD_VALUE_TOO_LONG" }, "never publication text_too_long"],
  // By its number alone.
  [401, { serviceErrorCode: 65600 }, "reconnect connection invalid_access_token"],
  [401, { serviceErrorCode: 65601 }, "reconnect connection revoked_access_token"],
  [401, { serviceErrorCode: 65602 }, "reconnect connection expired_access_token"],
  [401, { serviceErrorCode: 65604 }, "reconnect connection invalid_access_token"],
  [
    403,
    { serviceErrorCode: 100, message: "Not enough permissions to access: posts" },
    "reconnect connection forbidden",
  ],
  [429, { serviceErrorCode: 101 }, "wait connection rate_limited"],
  // By its words.
  [
    400,
    { message: "One or more of the contents is not owned by the author" },
    "never publication media_refused",
  ],
  [400, { message: "Unable to obtain activity" }, "backoff publication activity_unavailable"],
  // By its status.
  [400, {}, "never publication invalid_request"],
  [401, { message: "Empty oauth2_access_token" }, "reconnect connection invalid_access_token"],
  [403, { message: "Accessing this video resource is forbidden." }, "reconnect connection forbidden"],
  [404, {}, "never publication resource_not_found"],
  [405, {}, "never publication invalid_request"],
  [409, {}, "backoff publication http_409"],
  [411, {}, "never publication invalid_request"],
  [413, {}, "never publication media_refused"],
  [415, {}, "never publication media_refused"],
  [418, {}, "never publication http_418"],
  [422, { message: "ERROR :: /author :: field is required" }, "never publication invalid_request"],
  [425, {}, "backoff publication http_425"],
  [426, {}, "pause platform version_sunset"],
  [429, {}, "wait connection rate_limited"],
];

for (const [status, said, verdict] of DOCUMENTED) {
  Deno.test(`${status} ${JSON.stringify(said)} is ${verdict}, and no post`, async () => {
    const { failure, isAmbiguous, isUnreachable } = failureOf(
      await answered(problem(status, said)),
      "commit",
    );
    assert.equal(`${failure.class} ${failure.scope} ${failure.code}`, verdict);
    assert.deepEqual([isAmbiguous, isUnreachable], [false, false]);
    assert.ok(failure.message.length > 0);
  });
}

Deno.test("every code and number that is known stands in the table above", () => {
  const tested = DOCUMENTED.flatMap(([, said]) => [said?.code, said?.inputCode, `${said?.serviceErrorCode}`]);
  for (const code of [...Object.keys(CODES), ...Object.keys(NUMBERS)]) {
    assert.ok(tested.includes(code) || code === "DUPLICATE_POST", code);
  }
});

const TWICE: readonly Said[] = [
  { inputCode: "DUPLICATE_POST" },
  {
    code: "BAD_REQUEST",
    message:
      "com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of urn:li:share:1",
  },
  { message: "Duplicate post is detected" },
];

for (const said of TWICE) {
  Deno.test(`${JSON.stringify(said)} leaves a post in doubt, and refuses anything else`, async () => {
    for (const status of [400, 422]) {
      const commit = failureOf(await answered(problem(status, said)), "commit");
      assert.deepEqual([commit.failure.class, commit.failure.code], ["unknown", "duplicate_content"]);
      assert.equal(commit.isAmbiguous, true);
      const upload = failureOf(await answered(problem(status, said)), "upload");
      assert.deepEqual([upload.failure.class, upload.isAmbiguous], ["never", false]);
    }
  });
}

Deno.test("people are told what LinkedIn says, without its classes before it; operators, what is to be done", async () => {
  assert.equal(
    failureOf(await answered(problem(422, TWICE[1])), "commit").failure.message,
    "Content is a duplicate of urn:li:share:1",
  );
  const gone = problem(426, {
    code: "NONEXISTENT_VERSION",
    message: "Requested version 202401 is not active",
  });
  assert.equal(
    failureOf(await answered(gone), "read").failure.message,
    "LinkedIn serves this version of its API no more: name a newer one in the platform's row " +
      "(Requested version 202401 is not active)",
  );
  const bare = failureOf(
    await answered(problem(400, { inputCode: "INVALID_URN_ID", message: "" })),
    "commit",
  );
  assert.equal(bare.failure.message, "It is not valid");
});

for (const status of [500, 502, 503, 504, 408]) {
  Deno.test(`${status} leaves a post in doubt and is weather, whatever is said`, async () => {
    const answers = [
      new Response("<html>", { status }),
      new Response("", { status }),
      problem(status, { message: "Service Unavailable" }),
      problem(status, { message: "Unable to obtain activity" }),
      problem(status, { inputCode: "DUPLICATE_POST" }),
    ];
    for (const answer of answers) {
      const commit = failureOf(await answered(answer.clone()), "commit");
      assert.deepEqual(
        [commit.failure.class, commit.isAmbiguous, commit.isUnreachable],
        ["unknown", true, true],
      );
      const read = failureOf(await answered(answer), "read");
      assert.deepEqual([read.failure.class, read.isAmbiguous, read.isUnreachable], ["wait", false, true]);
    }
  });
}

Deno.test("a redirect leaves a post in doubt; the page of somebody between refuses nothing", async () => {
  const redirect = new Response(null, {
    status: 302,
    headers: { location: "https://www.linkedin.com/login" },
  });
  assert.equal(failureOf(await answered(redirect), "commit").isAmbiguous, true);
  for (const status of [400, 401, 403, 404, 426]) {
    const { failure } = failureOf(await answered(new Response("<html>Blocked</html>", { status })), "commit");
    assert.deepEqual([failure.class, failure.code], ["backoff", `http_${status}`]);
  }
});

Deno.test("who may not read is not disconnected for it, and who has read too often may still post", async () => {
  const of = async (asked: Asked, response: Response) => failureOf(await answered(response), asked).failure;
  const denied = await of("read", problem(403, { code: "ACCESS_DENIED", serviceErrorCode: 100 }));
  assert.deepEqual([denied.class, denied.scope, denied.code], ["never", "publication", "forbidden"]);
  const limited = await of("read", problem(429));
  assert.deepEqual([limited.class, limited.scope], ["wait", "publication"]);
});

const NOON = Date.parse("2026-11-27T12:00:00Z");
const LIMITS: readonly (readonly [string, Record<string, string>, string, number])[] = [
  [
    "Resource level throttle MEMBER DAY limit for calls to this resource is reached.",
    {},
    "connection",
    43_260_000,
  ],
  [
    "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.",
    {},
    "platform",
    43_260_000,
  ],
  [
    "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.",
    {},
    "connection",
    43_260_000,
  ],
  ["Resource level throttle limit for calls to this resource is reached.", {}, "connection", 300_000],
  ["Too many requests", { "retry-after": "7" }, "connection", 7_000],
];

for (const [words, headers, scope, retryAfterMs] of LIMITS) {
  Deno.test(`"${words}" holds the ${scope} for ${retryAfterMs} ms at noon`, () => {
    assert.deepEqual(limitOf(new Headers(headers), words, NOON), { scope, retryAfterMs });
  });
}

Deno.test("nobody waits longer for midnight than a day", () => {
  assert.equal(untilMidnight(Date.parse("2026-11-27T00:00:00Z")), 86_400_000);
  assert.equal(untilMidnight(Date.parse("2026-11-27T23:59:59Z")), 61_000);
});

Deno.test("no word of a refusal holds the token", async () => {
  await using server = fakeLinkedIn();
  server.answer("post", problem(401, { message: `Bad token ${ACCESS_TOKEN}`, code: ACCESS_TOKEN }));
  const error = await errorOf(preparePost(linkedInWork(server.url)).send(new AbortController().signal));
  assert.doesNotMatch(JSON.stringify(error.failure), new RegExp(ACCESS_TOKEN));
});
