/**
 * Starting a task on RunningHub: what is sent, and what an answer has to say to be a success (runninghub.md#submit).
 */
import assert from "node:assert/strict";
import { API_KEY, type Differences, messageFor } from "../../engine/work_item_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { fakeRunningHub, TAKEN, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

const CALLBACK =
  "https://abc.supabase.co/functions/v1/runninghub-webhook/job/8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const workOn = (url: string, differences?: Differences) => messageFor(url, differences).item;
/** Whether an error is a ProviderError about which `expected` is true. */
const failed = (expected: Partial<ProviderError["failure"]>, isAmbiguous = false) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, String(error));
  assert.deepEqual({ ...error.failure, ...expected }, error.failure);
  assert.equal(error.isAmbiguous, isAmbiguous);
  return true;
};

Deno.test("a submit sends the app's id as a string, the nodes, the callback and the key", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", TAKEN);
  const files = { image: ["api/1f2e.png"] };
  const submitted = await submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files });
  assert.equal(submitted.externalId, TASK_ID);
  assert.deepEqual(submitted.details, { taskStatus: "RUNNING" });
  const [request] = hub.asked("run");
  assert.equal(request?.method, "POST");
  assert.equal(request?.path, "/task/openapi/ai-app/run");
  assert.equal(request?.headers.get("authorization"), `Bearer ${API_KEY}`);
  assert.equal(request?.headers.get("content-type"), "application/json");
  assert.deepEqual(request && jsonOf(request), {
    apiKey: API_KEY,
    webappId: "1877265245566922753",
    nodeInfoList: [
      { nodeId: "39", fieldName: "image", fieldValue: "api/1f2e.png" },
      { nodeId: "41", fieldName: "scale", fieldValue: "2" },
    ],
    webhookUrl: CALLBACK,
  });
});

Deno.test("nodes without an input are left to the app, false and zero are sent", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", TAKEN);
  const node = (node_id: string) => ({ node_id, field_name: "value" });
  const work = workOn(hub.url, {
    job: { input: { sharpen: false, noise: 0, prompt: "" } },
    toolSettings: {
      webapp_id: "1",
      nodes: { sharpen: node("1"), noise: node("2"), prompt: node("3"), missing: node("4") },
      instance_type: "plus",
    },
  });
  await submitBy(runninghub, work, { callbackUrl: CALLBACK, files: {} });
  const sent = hub.asked("run").map(jsonOf)[0];
  assert.deepEqual(sent?.nodeInfoList, [
    { nodeId: "1", fieldName: "value", fieldValue: "false" },
    { nodeId: "2", fieldName: "value", fieldValue: "0" },
    { nodeId: "3", fieldName: "value", fieldValue: "" },
  ]);
  assert.equal(sent?.instanceType, "plus");
});

Deno.test("a task id that comes as a bare number keeps every digit", async () => {
  await using hub = fakeRunningHub();
  const text = JSON.stringify(TAKEN).replace(`"${TASK_ID}"`, TASK_ID);
  hub.answer("run", new Response(text));
  const { externalId, raw } = await submitBy(runninghub, workOn(hub.url), {
    callbackUrl: CALLBACK,
    files: {},
  });
  assert.equal(externalId, TASK_ID);
  assert.ok(JSON.stringify(raw).includes(`"${TASK_ID}"`));
});

Deno.test("code 200 is success as well, and so is an answer without code", async () => {
  await using hub = fakeRunningHub();
  for (const answer of [{ ...TAKEN, code: 200 }, { ...TAKEN, code: "0" }, { data: TAKEN.data }]) {
    hub.answer("run", answer);
    const { externalId } = await submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} });
    assert.equal(externalId, TASK_ID);
  }
});

Deno.test("success without a task may have made one: malformed, and in doubt", async () => {
  await using hub = fakeRunningHub();
  for (const data of [null, {}, { taskId: null }, { taskId: "" }, []]) {
    hub.answer("run", { code: 0, msg: "success", data });
    await assert.rejects(
      submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} }),
      failed({ retryClass: "backoff", code: "malformed_answer" }, true),
    );
  }
});

Deno.test("node errors in the tips mean that the graph was rejected although the code is 0", async () => {
  await using hub = fakeRunningHub();
  const promptTips = JSON.stringify({ result: false, node_errors: { "39": { errors: ["no such file"] } } });
  hub.answer("run", { ...TAKEN, data: { ...TAKEN.data, promptTips } });
  await assert.rejects(
    submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} }),
    (error) => {
      assert.ok(error instanceof ProviderError && error.message.includes("no such file"));
      return failed({ retryClass: "never", code: "node_errors" })(error);
    },
  );
});

Deno.test("tips that are missing, empty or broken reject nothing", async () => {
  await using hub = fakeRunningHub();
  for (
    const promptTips of [undefined, null, "", "{", "[]", '{"node_errors":{}}', '{"node_errors":null}', '"x"']
  ) {
    hub.answer("run", { ...TAKEN, data: { ...TAKEN.data, promptTips } });
    const { externalId } = await submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} });
    assert.equal(externalId, TASK_ID, promptTips ?? "none");
  }
});

Deno.test("what is kept of an answer holds neither the key nor the token that it echoes", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", { ...TAKEN, data: { ...TAKEN.data, echo: { apiKey: API_KEY, webhookUrl: CALLBACK } } });
  const { raw } = await submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} });
  assert.doesNotMatch(JSON.stringify(raw), new RegExp(`${API_KEY}|8d1c6f2e-3b4a`));
  hub.answer("run", new Response(`<html>${API_KEY} ${CALLBACK}</html>`, { status: 502 }));
  await assert.rejects(
    submitBy(runninghub, workOn(hub.url), { callbackUrl: CALLBACK, files: {} }),
    (error) => {
      assert.ok(error instanceof ProviderError);
      assert.match(JSON.stringify(error.failure), /<html>/);
      assert.doesNotMatch(JSON.stringify(error.failure), new RegExp(`${API_KEY}|8d1c6f2e-3b4a`));
      return true;
    },
  );
});
