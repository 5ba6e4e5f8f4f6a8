/** What becomes of a request that failed (fal.md#errors). */
import assert from "node:assert/strict";
import type { ClassifiedFailure } from "../../engine/failure.ts";
import { retryClassOf } from "./codes.ts";
import { fakeFal, falWork, modelError, REQUEST_ID } from "./fake_fal.ts";
import { fal } from "./fal.ts";

/** What is said of a request whose result is this answer. */
async function failureOf(answer: Response, attempt = 1): Promise<ClassifiedFailure> {
  await using server = fakeFal();
  server.answer("status", { status: "COMPLETED" });
  server.answer("response", answer);
  const outcome = await fal.fetchOutcome(falWork(server.url, { attempt: { attempt } }), REQUEST_ID);
  assert.ok(outcome.state === "failed", outcome.state);
  return outcome.failure;
}

const MODEL_ERRORS: readonly (readonly [string, number, "never" | "backoff"])[] = [
  ...[
    "content_policy_violation",
    "no_media_generated",
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_too_large",
    "face_detection_error",
    "unsupported_image_format",
    "unsupported_video_format",
    "unsupported_audio_format",
    "unsupported_archive_format",
    "video_duration_too_long",
    "video_duration_too_short",
    "audio_duration_too_long",
    "audio_duration_too_short",
    "sequence_too_long",
    "sequence_too_short",
    "missing",
    "value_error",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "one_of",
    "feature_not_supported",
  ].map((type) => [type, 422, "never"] as const),
  ["generation_timeout", 504, "backoff"],
  ["downstream_service_unavailable", 400, "backoff"],
  ["downstream_service_error", 422, "backoff"],
  ["internal_server_error", 500, "backoff"],
];

for (const [type, status, retryClass] of MODEL_ERRORS) {
  Deno.test(`the model error ${type} is ${retryClass}`, async () => {
    const failure = await failureOf(modelError(type, status));
    assert.deepEqual([failure.retryClass, failure.code], [retryClass, type]);
    assert.equal(failure.message, `body.prompt: This is ${type}`);
  });
}

const REQUEST_ERRORS: readonly (readonly [string, number])[] = [
  ["request_timeout", 504],
  ["startup_timeout", 504],
  ["runner_scheduling_failure", 503],
  ["runner_connection_timeout", 503],
  ["runner_disconnected", 503],
  ["runner_connection_refused", 503],
  ["runner_caught_fire", 500],
  ["internal_error", 500],
];

for (const [type, status] of REQUEST_ERRORS) {
  Deno.test(`the request error ${type} is tried again, told by the body or by its header alone`, async () => {
    const told = await failureOf(Response.json({ detail: `It was ${type}`, error_type: type }, { status }));
    assert.deepEqual([told.retryClass, told.code, told.message], ["backoff", type, `It was ${type}`]);
    const header = await failureOf(new Response("", { status, headers: { "x-fal-error-type": type } }));
    assert.deepEqual([header.retryClass, header.code], ["backoff", type]);
  });
}

Deno.test("X-Fal-Retryable has the last word over type and status", async () => {
  const retryable = (value: string) => ({ "x-fal-retryable": value });
  assert.equal(
    (await failureOf(modelError("content_policy_violation", 422, retryable("true")))).retryClass,
    "backoff",
  );
  assert.equal(
    (await failureOf(modelError("internal_server_error", 500, retryable("false")))).retryClass,
    "never",
  );
  assert.equal(
    (await failureOf(modelError("internal_server_error", 500, retryable("perhaps")))).retryClass,
    "backoff",
  );
  assert.equal(
    (await failureOf(new Response("oops", { status: 500, headers: retryable("false") }))).retryClass,
    "never",
  );
});

Deno.test("a file of ours that could not be fetched is tried once more", async () => {
  assert.equal((await failureOf(modelError("file_download_error"), 1)).retryClass, "backoff");
  assert.equal((await failureOf(modelError("file_download_error"), 2)).retryClass, "never");
});

Deno.test("a type that nobody knows is judged by its status; types that blame the caller are not retried", () => {
  for (
    const [status, retryClass] of [[422, "never"], [400, "never"], [500, "backoff"], [503, "backoff"], [
      504,
      "backoff",
    ]] as const
  ) {
    assert.equal(retryClassOf("brand_new_type", status), retryClass);
    assert.equal(retryClassOf(null, status), retryClass);
  }
  for (const type of ["client_disconnected", "unauthorized", "bad_request", "model_not_found"]) {
    assert.equal(retryClassOf(type, 503), "never", type);
  }
});

Deno.test("an error is told in fal's own words, in whatever form they come", async () => {
  const several = [{ loc: ["body", "a"], msg: "first", type: "one_of" }, {
    loc: ["body", "b", 0],
    msg: "second",
  }];
  const shapes: readonly (readonly [unknown, string])[] = [
    [{ detail: several }, "body.a: first; body.b.0: second"],
    [{ detail: [{ msg: "no place" }] }, "no place"],
    [{ detail: "A plain sentence" }, "A plain sentence"],
    [
      { detail: [null, 7, { msg: 3, loc: "x", type: [] }, { msg: "the good one", type: "one_of" }] },
      "the good one",
    ],
    [{ detail: [] }, "fal answered HTTP 422"],
    [{ detail: [], error: "Elsewhere" }, "Elsewhere"],
  ];
  for (const [body, message] of shapes) {
    const failure = await failureOf(Response.json(body, { status: 422 }));
    assert.equal(failure.message, message);
    assert.equal(failure.retryClass, "never");
  }
});

Deno.test("the signed address of an input file does not reach the user with the error", async () => {
  const address = "https://abc.supabase.co/sign/a.png?token=eyJhbGciOiJI.eyJ1cmwiOiJp.c2lnbmF0dXJl";
  const failure = await failureOf(
    Response.json({ detail: [{ msg: `Could not fetch ${address}`, type: "file_download_error" }] }, {
      status: 422,
    }),
  );
  assert.match(failure.message, /Could not fetch https:\/\/abc.*\[redacted\]/);
});
