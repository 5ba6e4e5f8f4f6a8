/** What each of KIE's codes and texts makes of a job (kie.md#codes, known-bugs.md). */
import assert from "node:assert/strict";
import type { ClassifiedFailure, RetryClass } from "../../engine/failure.ts";
import { nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";
import { failedWith, fakeKie, imageWork, KIE_CALLBACK, KIE_TASK, recordOf } from "./fake_kie.ts";
import { kie } from "./kie.ts";

const submitTo = (url: string) => submitBy(kie, imageWork(url), { callbackUrl: KIE_CALLBACK, files: {} });

/** Code, class, whether a task may have been made all the same. */
const CODES: readonly (readonly [number, RetryClass, boolean])[] = [
  [401, "pause", false],
  [402, "pause", false],
  [404, "never", false],
  [422, "never", false],
  [429, "wait", false],
  [433, "pause", false],
  [455, "wait", false],
  [500, "wait", true],
  [501, "never", false],
  [505, "never", false],
  // Not in the table: HTTP's own, and what nobody has heard of.
  [400, "never", false],
  [403, "never", false],
  [408, "wait", true],
  [413, "never", false],
  [502, "wait", true],
  [503, "wait", true],
  [504, "wait", true],
  [418, "backoff", false],
  [999, "backoff", true],
];

for (const [code, retryClass, isAmbiguous] of CODES) {
  Deno.test(`code ${code} to a submit is ${retryClass}${isAmbiguous ? ", in doubt" : ""}, whatever HTTP says`, async () => {
    await using server = fakeKie();
    const body = { code, msg: "So it is.", data: null };
    server.answer("createTask", body);
    const expected = { retryClass, code: String(code), message: "So it is." };
    await assert.rejects(submitTo(server.url), failedWith(expected, isAmbiguous));
    if (code > 599) return;
    server.answer("createTask", Response.json(body, { status: code }));
    await assert.rejects(submitTo(server.url), failedWith(expected, isAmbiguous));
    server.answer("createTask", new Response("<html>", { status: code }));
    const isServers = code >= 500; // HTTP's own 501 and 505 are not KIE's
    const untold = { retryClass: isServers ? "wait" : retryClass, code: `http_${code}` } as const;
    await assert.rejects(submitTo(server.url), failedWith(untold, isServers || isAmbiguous));
  });
}

Deno.test("an error of HTTP's is one although the body says success", async () => {
  await using server = fakeKie();
  server.answer("createTask", Response.json({ code: 200, data: { taskId: KIE_TASK } }, { status: 500 }));
  await assert.rejects(submitTo(server.url), failedWith({ retryClass: "wait", code: "http_500" }, true));
});

const waitOf = async (answer: Response): Promise<number> => {
  await using server = fakeKie();
  server.answer("createTask", answer);
  const error = await submitTo(server.url).catch((error) => error);
  assert.ok(error instanceof ProviderError);
  return error.failure.retryAfterMs ?? 0;
};

Deno.test("too many requests wait ten seconds or more, maintenance minutes, and longer where KIE asks for it", async () => {
  const tooMany = (headers = {}) =>
    Response.json({ code: 429, msg: "Rate limited" }, { status: 429, headers });
  for (const answer of [tooMany(), tooMany({ "retry-after": "1" })]) {
    const ms = await waitOf(answer);
    assert.ok(ms >= 10_000 && ms <= 15_000, `${ms}`);
  }
  assert.equal(await waitOf(tooMany({ "retry-after": "60" })), 60_000);
  const ms = await waitOf(Response.json({ code: 455, msg: "Maintenance" }));
  assert.ok(ms >= 120_000 && ms <= 180_000, `${ms}`);
  assert.equal(
    await waitOf(Response.json({ code: 500, msg: "x" }, { headers: { "retry-after": "5" } })),
    5_000,
  );
});

Deno.test("a key that has reached its cap rests: for an hour where it is the day's, for a day where it is for good", async () => {
  const capped = (cap: string, headers = {}) =>
    waitOf(Response.json({
      code: 433,
      msg: `The current number of points used by apiKey has exceeded the ${cap} limit`,
    }, { headers }));
  assert.equal(await capped("daily"), 3_600_000);
  assert.equal(await capped("total"), 24 * 3_600_000);
  assert.equal(await capped("hourly"), 0, "as long as any account that is paused");
  assert.equal(await capped("daily", { "retry-after": "7200" }), 7_200_000);
  const task = await failureOf("433", "Sub-key usage exceeds limit");
  assert.deepEqual([task.retryClass, task.code], ["pause", "433"]);
});

Deno.test("a server that says nothing or hangs up leaves the submit in doubt; one that is not there does not", async () => {
  for (const manners of ["hangs up", "breaks off"] as const) {
    await using rude = rudeServer(manners);
    await assert.rejects(
      submitTo(rude.url),
      failedWith({ retryClass: "wait", code: "unreachable" }, true),
    );
  }
  await assert.rejects(submitTo(nobodysUrl()), failedWith({ retryClass: "wait", code: "unreachable" }));
});

// Tasks that failed -----------------------------------------------------------------------------------------------

async function failureOf(failCode: unknown, failMsg: unknown): Promise<ClassifiedFailure> {
  await using server = fakeKie();
  server.answer("recordInfo", recordOf({ state: "fail", failCode, failMsg }));
  const outcome = await kie.fetchOutcome(imageWork(server.url), KIE_TASK);
  assert.ok(outcome.state === "failed", outcome.state);
  return outcome.failure;
}

/** failCode, failMsg, class, code. */
const TASKS: readonly (readonly [unknown, unknown, RetryClass, string])[] = [
  ["500", "Internal server error", "backoff", "500"],
  ["500", "Internal Error, Please try again later.", "backoff", "500"],
  ["500", "Anything else", "backoff", "500"],
  [500, "Internal server error", "backoff", "500"],
  ["455", "The service is being maintained", "backoff", "455"],
  ["429", "Too many", "backoff", "429"],
  ["501", "The model timed out", "backoff", "501"],
  ["501", "Generation timeout", "backoff", "501"],
  ["501", "Service temporarily unavailable", "backoff", "501"],
  ["501", "The image could not be read", "never", "501"],
  ["", "", "never", "501"],
  [null, null, "never", "501"],
  ["422", "image_size is not valid", "never", "422"],
  ["422", "The image is too small, change it and try again", "never", "422"],
  [
    "422",
    "Service is currently unavailable due to high demand. Please try again later. (E003)",
    "backoff",
    "422",
  ],
  ["400", "prompt is too long", "never", "400"],
  ["402", "The current credits are insufficient. Please top up.", "pause", "402"],
  ["MODEL_NOT_FOUND", "Model kie-z-image not found in this region", "never", "MODEL_NOT_FOUND"],
  ["INVALID_INPUT", "The field is case sensitive", "never", "INVALID_INPUT"],
  ["UPSTREAM", "connection reset by peer", "backoff", "UPSTREAM"],
  ["422", "CONTENT_POLICY_BLOCKED: the input was flagged as sensitive.", "never", "content_moderation"],
  [
    "500",
    "The input or output was flagged as sensitive. Please try again with different inputs.",
    "never",
    "content_moderation",
  ],
  [
    "501",
    "Your prompt was flagged by the website as violating content policies.",
    "never",
    "content_moderation",
  ],
  ["500", "NSFW content detected, try again", "never", "content_moderation"],
  ["501", "Rejected by our safety system", "never", "content_moderation"],
  ["500", "This request may violate our usage policies", "never", "content_moderation"],
];

for (const [failCode, failMsg, retryClass, code] of TASKS) {
  Deno.test(`a task that failed with ${JSON.stringify(failCode)}, ${JSON.stringify(failMsg)}: ${retryClass}`, async () => {
    const failure = await failureOf(failCode, failMsg);
    assert.deepEqual([failure.retryClass, failure.code], [retryClass, code]);
    assert.ok(failMsg ? failure.message === failMsg : failure.message.length > 0, failure.message);
  });
}

Deno.test("moderation is told apart at the submit as well, and an account without funds is no moderation", async () => {
  await using server = fakeKie();
  server.answer("createTask", { code: 422, msg: "The prompt violates our content policy" });
  await assert.rejects(submitTo(server.url), failedWith({ retryClass: "never", code: "content_moderation" }));
  server.answer("createTask", { code: 402, msg: "Your account was flagged" });
  await assert.rejects(submitTo(server.url), failedWith({ retryClass: "pause", code: "402" }));
});

Deno.test("every code of the documentation is in the table", () => {
  const classes = [401, 402, 404, 422, 429, 433, 455, 500, 505].map((code) => retryClassOf(code, ""));
  assert.deepEqual(classes, [
    "pause",
    "pause",
    "never",
    "never",
    "wait",
    "pause",
    "wait",
    "backoff",
    "never",
  ]);
  assert.equal(retryClassOf(501, "try again later"), "backoff");
  assert.equal(retryClassOf(501, "no"), "never");
});
