/** Each error of the documentation has its class, and says whether the speech may be made all the same (openai.md#errors). */
import assert from "node:assert/strict";
import { API_KEY } from "../../engine/work_item_fixture.ts";
import { ProviderError } from "../provider.ts";
import { fakeOpenAi, openAiWork, problem } from "./fake_openai.ts";
import { openai } from "./openai.ts";

/** The error that a submit makes of an answer. */
async function errorOf(answer: Response): Promise<ProviderError> {
  await using server = fakeOpenAi();
  server.answer("speech", answer);
  const prepared = await openai.prepare(openAiWork(server.url), {
    callbackUrl: "https://a.example",
    files: {},
  });
  const error = await prepared.send(new AbortController().signal).then(
    () => assert.fail("it was spoken"),
    (error) => error,
  );
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}

/** HTTP status, type, code, class. */
const DOCUMENTED = [
  [400, "invalid_request_error", null, "never"],
  [400, "invalid_request_error", "invalid_value", "never"],
  [401, "invalid_request_error", "invalid_api_key", "pause"],
  [401, "invalid_request_error", null, "pause"],
  [403, "invalid_request_error", null, "pause"],
  [403, "request_forbidden", "unsupported_country_region_territory", "wait"],
  [403, "invalid_request_error", "model_not_found", "never"],
  [404, "invalid_request_error", "model_not_found", "never"],
  [429, "requests", "rate_limit_exceeded", "wait"],
  [429, "tokens", "rate_limit_exceeded", "wait"],
  [429, "rate_limit_error", "slow_down", "wait"],
  [429, "insufficient_quota", "insufficient_quota", "pause"],
  [429, "insufficient_quota", "credit_balance_exhausted", "pause"],
  [429, "insufficient_quota", "organization_spend_limit_exceeded", "pause"],
  [429, "insufficient_quota", "project_spend_limit_exceeded", "pause"],
  [429, "insufficient_quota", "organization_usage_limit_exceeded", "pause"],
  [429, "insufficient_quota", null, "pause"],
  [429, "insufficient_quota", "a_limit_of_tomorrow", "pause"],
  [429, "billing_not_active", "billing_not_active", "pause"],
  [400, "invalid_request_error", "billing_hard_limit_reached", "pause"],
  [401, "invalid_request_error", "account_deactivated", "pause"],
  [500, "server_error", null, "backoff"],
  [503, "service_unavailable_error", "server_is_overloaded", "wait"],
  [418, "something_new", "something_newer", "never"],
  [599, "something_new", "something_newer", "backoff"],
] as const;

for (const [status, type, code, retryClass] of DOCUMENTED) {
  Deno.test(`${status} ${type}/${code} is of class ${retryClass}, in doubt only as a trouble of OpenAI's own`, async () => {
    const { failure, isAmbiguous, isUnreachable } = await errorOf(problem(status, { type, code }));
    assert.deepEqual([failure.retryClass, failure.code, failure.message], [
      retryClass,
      code ?? type,
      "Something is wrong.",
    ]);
    assert.deepEqual([isAmbiguous, isUnreachable], [status >= 500 && status !== 503, status >= 500]);
  });
}

/** Statuses of a proxy between, without a word of OpenAI's: class, and whether the speech may be made. */
const PROXIES = [
  [400, "never", false],
  [401, "pause", false],
  [403, "pause", false],
  [404, "never", false],
  [408, "wait", true],
  [413, "never", false],
  [429, "wait", false],
  [500, "wait", true],
  [502, "wait", true],
  [503, "wait", true],
  [504, "wait", true],
  [522, "wait", true],
] as const;

for (const [status, retryClass, isInDoubt] of PROXIES) {
  Deno.test(`a page with ${status} is of class ${retryClass}, ${isInDoubt ? "" : "not "}in doubt`, async () => {
    for (const body of ["<html>", "", "{}", '{"error": "no"}', '{"error": {"message": "no"}}', "[1]"]) {
      const { failure, isAmbiguous, isUnreachable } = await errorOf(new Response(body, { status }));
      assert.deepEqual([failure.retryClass, failure.code, isAmbiguous, isUnreachable], [
        retryClass,
        `http_${status}`,
        isInDoubt,
        isInDoubt,
      ]);
    }
  });
}

Deno.test("an error as Python writes it is read: its NaN changes nothing", async () => {
  const body = '{"error": {"message": "Sorry", "type": "server_error", "param": NaN, "code": null}}';
  const { failure, isAmbiguous } = await errorOf(new Response(body, { status: 500 }));
  assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["backoff", "server_error", true]);
});

Deno.test("Retry-After says how long to wait", async () => {
  const { failure } = await errorOf(
    problem(429, { type: "requests", code: "rate_limit_exceeded" }, { "retry-after": "7" }),
  );
  assert.equal(failure.retryAfterMs, 7_000);
});

Deno.test("what OpenAI says of a key is kept without the key", async () => {
  const message = `Incorrect API key provided: ${API_KEY}.`;
  const { failure } = await errorOf(problem(401, { message, code: "invalid_api_key" }));
  assert.doesNotMatch(JSON.stringify(failure), new RegExp(API_KEY));
});
