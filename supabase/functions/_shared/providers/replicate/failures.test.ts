/** What Replicate's errors are taken for (replicate.md#limits, #errors): of a submit, and of a prediction. */
import assert from "node:assert/strict";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOfError } from "./codes.ts";
import { CALLBACK, fakeReplicate, prediction, PREDICTION_ID, replicateWork } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

const submitTo = (url: string) =>
  submitBy(replicate, replicateWork(url), { callbackUrl: CALLBACK, files: {} });

/** The failure and ambiguity of a submit that must fail. */
async function refusalOf(submit: Promise<unknown>) {
  const error = await submit.then(() => assert.fail("it was taken"), (error) => error);
  assert.ok(error instanceof ProviderError, String(error));
  return { ...error.failure, isAmbiguous: error.isAmbiguous, isUnreachable: error.isUnreachable };
}

/** The failure of a prediction that looks like this. */
async function failureOf(differences: Record<string, unknown>): Promise<ClassifiedFailure> {
  await using server = fakeReplicate();
  server.answer("get", prediction({ output: null, ...differences }));
  const outcome = await replicate.fetchOutcome(replicateWork(server.url), PREDICTION_ID);
  assert.ok(outcome.state === "failed", outcome.state);
  return outcome.failure;
}

const STATUSES: readonly (readonly [number, RetryClass, boolean])[] = [
  [400, "never", false],
  [401, "pause", false],
  [402, "pause", false],
  [403, "never", false],
  [404, "never", false],
  [408, "wait", true],
  [409, "never", false],
  [422, "never", false],
  [429, "wait", false],
  [500, "wait", true],
  [502, "wait", true],
  [503, "wait", true],
  [504, "wait", true],
  [599, "wait", true],
];

for (const [status, retryClass, isAmbiguous] of STATUSES) {
  Deno.test(`HTTP ${status} to a submit is ${retryClass}, ${isAmbiguous ? "in doubt" : "and starts nothing"}`, async () => {
    await using server = fakeReplicate();
    server.answer("create", Response.json({ title: "Oh", detail: "No.", status }, { status }));
    const failure = await refusalOf(submitTo(server.url));
    assert.deepEqual([failure.retryClass, failure.code, failure.message, failure.isAmbiguous], [
      retryClass,
      `http_${status}`,
      "No.",
      isAmbiguous,
    ]);
    assert.equal(failure.isUnreachable, isAmbiguous, "what leaves it in doubt is weather");
  });
}

Deno.test("when a rate limit resets is read from the header, from a field or from its words", async () => {
  await using server = fakeReplicate();
  const throttled = (detail: string, headers: Record<string, string> = {}) =>
    server.answer("create", Response.json({ detail, status: 429 }, { status: 429, headers }));
  const words = "Request was throttled. Your rate limit resets in ~30s.";
  throttled(words);
  assert.equal((await refusalOf(submitTo(server.url))).retryAfterMs, 30_000);
  throttled(words, { "retry-after": "12" });
  assert.equal((await refusalOf(submitTo(server.url))).retryAfterMs, 12_000);
  throttled("Request was throttled. Expected available in 1 second.");
  assert.equal((await refusalOf(submitTo(server.url))).retryAfterMs, 1_000);
  server.answer(
    "create",
    Response.json({ detail: "Request was throttled.", retry_after: 7 }, { status: 429 }),
  );
  assert.equal((await refusalOf(submitTo(server.url))).retryAfterMs, 7_000);
  for (const silent of ["Request was throttled.", "resets in ~0s", "resets in a while"]) {
    throttled(silent);
    assert.equal((await refusalOf(submitTo(server.url))).retryAfterMs, undefined);
  }
});

Deno.test("an answer that is no JSON, or of another shape, is shown by its status", async () => {
  await using server = fakeReplicate();
  for (const body of ["<html>", "[]", '{"detail":["x"]}', ""]) {
    server.answer("create", new Response(body, { status: 422 }));
    assert.equal((await refusalOf(submitTo(server.url))).message, "Replicate answered HTTP 422");
  }
});

const ERRORS: readonly (readonly [string, "never" | "backoff", string])[] = [
  ["NSFW content detected. Try running it again, or try a different prompt.", "never", "content_moderation"],
  [
    "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
    "never",
    "E005",
  ],
  ["Content moderation: prohibited", "never", "content_moderation"],
  ["Director: unexpected error handling prediction (E8765)", "backoff", "E8765"],
  ["CUDA out of memory. Tried to allocate 2.00 GiB", "backoff", "failed"],
  ["torch.cuda.OutOfMemoryError: ...", "backoff", "failed"],
  ["Prediction interrupted; please retry (code: PA)", "backoff", "failed"],
  ["Internal server error", "backoff", "failed"],
  ["Service is temporarily unavailable. Please try again later. (E004)", "backoff", "E004"],
  ["Service is currently unavailable due to high demand. Please try again later. (E003)", "backoff", "E003"],
  ["list index out of range", "never", "failed"],
  ["the internal angle of 490 degrees is out of range", "never", "failed"],
  ["The director's cut is not supported", "never", "failed"],
  ["Invalid aspect ratio", "never", "failed"],
];

for (const [error, retryClass, code] of ERRORS) {
  Deno.test(`"${error}" is ${retryClass}`, async () => {
    const failure = await failureOf({ status: "failed", error });
    assert.deepEqual([failure.retryClass, failure.code, failure.message], [retryClass, code, error]);
    assert.equal(retryClassOfError(error), retryClass);
  });
}

Deno.test("a prediction that was stopped before it started is tried again, one that was cancelled is not", async () => {
  const aborted = await failureOf({ status: "aborted" });
  assert.deepEqual([aborted.retryClass, aborted.code], ["backoff", "aborted"]);
  const canceled = await failureOf({ status: "canceled" });
  assert.deepEqual([canceled.retryClass, canceled.code], ["never", "canceled"]);
});

Deno.test("an error that is missing or no sentence is a failure all the same", async () => {
  for (const error of [null, undefined, "", {}, ["x"], { code: 7 }]) {
    const failure = await failureOf({ status: "failed", error });
    assert.ok(failure.message.length > 1);
    assert.equal(failure.retryClass, "never");
  }
});

Deno.test("the signed address of an input file does not reach the user with the error", async () => {
  const address = "https://abc.supabase.co/sign/a.png?token=eyJhbGciOiJI.eyJ1cmwiOiJp.c2lnbmF0dXJl";
  const { message } = await failureOf({ status: "failed", error: `Could not fetch ${address}` });
  assert.match(message, /Could not fetch https:\/\/abc.*\[redacted\]/);
});
