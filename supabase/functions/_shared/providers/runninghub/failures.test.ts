/** Failures of RunningHub, by code and by HTTP: what is done about each, and whether a task may exist all the same. */
import assert from "node:assert/strict";
import type { RetryClass } from "../../engine/failure.ts";
import { messageFor } from "../../engine/work_item_fixture.ts";
import { PNG } from "../../files/png_fixture.ts";
import { nobodysUrl, rudeServer } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { retryClassOf } from "./codes.ts";
import { fakeRunningHub, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

/** runninghub.md#codes, row by row; 0, 804, 805 and 813 are no failures of a call. */
const CODES: Readonly<Record<number, readonly [RetryClass, string]>> = {
  301: ["never", "PARAMS_INVALID"],
  380: ["never", "WORKFLOW_NOT_EXISTS"],
  412: ["never", "TOKEN_INVALID"],
  415: ["wait", "TASK_INSTANCE_MAXED"],
  416: ["pause", "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET"],
  421: ["wait", "TASK_QUEUE_MAXED"],
  423: ["never", "TASK_NOT_FOUNED"],
  433: ["never", "VALIDATE_PROMPT_FAILED"],
  435: ["never", "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND"],
  436: ["never", "TASK_USER_EXCLAPI_REQUIRED"],
  500: ["backoff", "UNKNOWN_ERROR"],
  801: ["pause", "APIKEY_UNSUPPORTED_FREE_USER"],
  802: ["pause", "APIKEY_UNAUTHORIZED"],
  803: ["never", "APIKEY_INVALID_NODE_INFO"],
  806: ["pause", "APIKEY_USER_NOT_FOUND"],
  807: ["never", "APIKEY_TASK_NOT_FOUND"],
  808: ["backoff", "APIKEY_UPLOAD_FAILED"],
  809: ["never", "APIKEY_FILE_SIZE_EXCEEDED"],
  810: ["never", "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING"],
  811: ["pause", "CORPAPIKEY_INVALID"],
  812: ["pause", "CORPAPIKEY_INSUFFICIENT_FUNDS"],
  814: ["wait", "PERSONAL_QUEUE_COUNT_LIMIT"],
  901: ["never", "WEBAPP_NOT_EXISTS"],
  1000: ["backoff", "unknown"],
  1001: ["never", "invalid URL"],
  1002: ["pause", "invalid API key"],
  1003: ["wait", "rate limit"],
  1004: ["never", "task not found or expired"],
  1005: ["backoff", "internal error"],
  1006: ["backoff", "task timed out"],
  1007: ["never", "invalid parameters"],
  1008: ["never", "file too large"],
  1009: ["never", "method not allowed"],
  1010: ["backoff", "service unavailable"],
  1011: ["backoff", "service busy"],
  1012: ["backoff", "upstream exception"],
  1013: ["backoff", "file processing failed"],
  1014: ["never", "standard-model API needs an enterprise-shared key"],
  1015: ["backoff", "generation failed"],
  1101: ["never", "node info error"],
  1501: ["never", "content moderation"],
  1504: ["backoff", "model timeout"],
  1505: ["never", "real people prohibited"],
  1520: ["wait", "TASK_USER_CONCURRENT_LIMIT"],
  1601: ["pause", "key verification failed"],
};

/** The ProviderError that a call ends with. */
async function errorOf(call: Promise<unknown> | undefined): Promise<ProviderError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
    return error;
  }
  throw new Error("the call did not fail");
}
const submitTo = (url: string) =>
  errorOf(submitBy(runninghub, messageFor(url).item, { callbackUrl: "https://abc.example/hook", files: {} }));
const uploadTo = (url: string) =>
  errorOf(
    runninghub.upload?.(messageFor(url).item, {
      stream: new Blob([PNG]).stream(),
      name: "photo.png",
      contentType: "image/png",
      bytes: PNG.length,
    }),
  );
const askAt = (url: string) => errorOf(runninghub.fetchOutcome(messageFor(url).item, TASK_ID));

/** Runs `body` with calls that time out after `milliseconds` and not as long as they really may take. */
async function withShortTimeouts(milliseconds: number, body: () => Promise<void>): Promise<void> {
  const real = AbortSignal.timeout;
  AbortSignal.timeout = () => real.call(AbortSignal, milliseconds);
  try {
    await body();
  } finally {
    AbortSignal.timeout = real;
  }
}

for (const [code, [retryClass, name]] of Object.entries(CODES)) {
  Deno.test(`code ${code}, ${name}, is of the class ${retryClass}`, async () => {
    assert.equal(retryClassOf(Number(code), name), retryClass);
    await using hub = fakeRunningHub();
    hub.answer("run", { code: Number(code), msg: name, data: null });
    const { failure, isAmbiguous, isUnreachable } = await submitTo(hub.url);
    const isWeather = code === "500";
    assert.deepEqual(failure, {
      retryClass: isWeather ? "wait" : retryClass,
      code,
      message: name,
      raw: { code: Number(code), msg: name, data: null },
    });
    assert.equal(isAmbiguous, isWeather, "only an unknown error leaves a submit in doubt");
    assert.equal(isUnreachable, isWeather);
  });
}

Deno.test("running out of coins pauses the account, whatever the code that comes with it", () => {
  for (const code of [1, 416, 433, 500, 9999]) {
    assert.equal(retryClassOf(code, "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE"), "pause");
  }
});

Deno.test("a code that nobody knows is tried again, and says what it was", async () => {
  assert.equal(retryClassOf(4711, ""), "backoff");
  await using hub = fakeRunningHub();
  hub.answer("run", { code: 4711, data: null });
  const { failure } = await submitTo(hub.url);
  assert.equal(failure.code, "4711");
  assert.match(failure.message, /4711/);
});

Deno.test("an unknown error of an upload leaves nothing in doubt", async () => {
  await using hub = fakeRunningHub();
  hub.answer("upload", { code: 500, msg: "UNKNOWN_ERROR", data: null });
  const { failure, isAmbiguous } = await uploadTo(hub.url);
  assert.equal(failure.retryClass, "wait");
  assert.equal(isAmbiguous, false);
});

Deno.test("HTTP 429 is a busy provider: wait, and no task was made", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", Response.json({ code: 0, data: { taskId: TASK_ID } }, { status: 429 }));
  const { failure, isAmbiguous } = await submitTo(hub.url);
  assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["wait", "http_429", false]);
});

Deno.test("HTTP 5xx is waited out, and leaves a submit in doubt", async () => {
  await using hub = fakeRunningHub();
  for (const status of [500, 502, 503, 504]) {
    for (const endpoint of ["run", "upload", "outputs"] as const) {
      hub.answer(endpoint, new Response("<html>Bad Gateway</html>", { status }));
    }
    const { failure, isAmbiguous } = await submitTo(hub.url);
    assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["wait", `http_${status}`, true]);
    assert.equal(failure.raw, "<html>Bad Gateway</html>");
    for (const { failure, isAmbiguous, isUnreachable } of [await uploadTo(hub.url), await askAt(hub.url)]) {
      assert.deepEqual([failure.retryClass, isAmbiguous, isUnreachable], ["wait", false, true]);
    }
  }
});

Deno.test("an answer that is no answer of RunningHub's is malformed, and leaves a submit in doubt", async () => {
  await using hub = fakeRunningHub();
  for (const text of ["<html>", "", "null", "[]", '"text"', '{"code":"soon"}', '{"code":0,"msg":7}']) {
    hub.answer("run", new Response(text));
    const { failure, isAmbiguous } = await submitTo(hub.url);
    assert.deepEqual(
      [failure.retryClass, failure.code, isAmbiguous],
      ["backoff", "malformed_answer", true],
      text,
    );
  }
});

Deno.test("an error without a code of RunningHub's goes by its HTTP status", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", Response.json({ msg: "go away" }, { status: 403 }));
  const { failure, isAmbiguous } = await submitTo(hub.url);
  assert.deepEqual([failure.code, failure.message, isAmbiguous], ["403", "go away", false]);
});

Deno.test("a connection that was refused carried no submit: tried again, nothing in doubt", async () => {
  const { failure, isAmbiguous } = await submitTo(nobodysUrl());
  assert.deepEqual([failure.retryClass, failure.code], ["wait", "unreachable"]);
  assert.equal(isAmbiguous, false);
});

Deno.test("a connection that got no further than its handshake carried no submit either", async () => {
  await using server = rudeServer("hangs up");
  const { failure, isAmbiguous } = await submitTo(server.url.replace("http:", "https:"));
  assert.deepEqual([failure.retryClass, failure.code], ["wait", "unreachable"]);
  assert.equal(isAmbiguous, false);
});

Deno.test("a connection that breaks after the request leaves a submit in doubt, and nothing else", async () => {
  await using server = rudeServer("hangs up");
  const { failure, isAmbiguous } = await submitTo(server.url);
  assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["wait", "unreachable", true]);
  assert.equal((await askAt(server.url)).isAmbiguous, false);
  assert.equal((await uploadTo(server.url)).isAmbiguous, false);
});

Deno.test("silence leaves a submit in doubt, and nothing else", async () => {
  await using server = rudeServer("says nothing");
  await withShortTimeouts(50, async () => {
    const { failure, isAmbiguous } = await submitTo(server.url);
    assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["wait", "unreachable", true]);
    const asked = await askAt(server.url);
    assert.equal(asked.isAmbiguous, false);
    for (const { message } of [failure, asked.failure]) {
      assert.equal(message, "The provider did not answer in time");
    }
  });
});

Deno.test("an answer that breaks off leaves a submit in doubt", async () => {
  await using server = rudeServer("breaks off");
  const { failure, isAmbiguous } = await submitTo(server.url);
  assert.deepEqual([failure.retryClass, failure.code, isAmbiguous], ["wait", "unreachable", true]);
});

Deno.test("why RunningHub could not be reached is told without its address, which is for the log", async () => {
  const url = nobodysUrl();
  const { failure, cause } = await submitTo(url);
  assert.equal(failure.message, "The provider could not be reached: it refused the connection");
  assert.ok(String(cause).includes(url));
});
