/** Starting a task on KIE: what is sent, and what an answer has to say to be a success (kie.md#submit). */
import assert from "node:assert/strict";
import type { Differences } from "../../engine/work_item_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import {
  failedWith,
  fakeKie,
  IMAGE_SETTINGS,
  imageWork,
  KIE_CALLBACK,
  KIE_KEY,
  KIE_TASK,
  TAKEN,
} from "./fake_kie.ts";
import { kie } from "./kie.ts";

const submit = (url: string, differences?: Differences, files: Record<string, string[]> = {}) =>
  submitBy(kie, imageWork(url, differences), { callbackUrl: KIE_CALLBACK, files });

Deno.test("words alone go to the model that makes images, with the callback and the key", async () => {
  await using server = fakeKie();
  server.answer("createTask", TAKEN);
  const submitted = await submit(server.url, {
    job: { input: { prompt: "a lighthouse", images: [], aspect_ratio: "16:9", output_format: "png" } },
  });
  assert.equal(submitted.externalId, KIE_TASK);
  assert.deepEqual(submitted.details, { model: "google/nano-banana" });
  const [request] = server.asked("createTask");
  assert.deepEqual([request?.method, request?.path], ["POST", "/api/v1/jobs/createTask"]);
  assert.equal(request?.headers.get("authorization"), `Bearer ${KIE_KEY}`);
  assert.equal(request?.headers.get("content-type"), "application/json");
  assert.deepEqual(request && jsonOf(request), {
    model: "google/nano-banana",
    callBackUrl: KIE_CALLBACK,
    input: { prompt: "a lighthouse", image_size: "16:9", output_format: "png" },
  });
});

Deno.test("images go, by their signed addresses, to the model that changes images", async () => {
  await using server = fakeKie();
  server.answer("createTask", TAKEN);
  const images = ["https://abc.supabase.co/a", "https://abc.supabase.co/b"];
  const input = { prompt: "in winter", images: ["u/a.png", "u/b.png"] };
  const { details } = await submit(server.url, { job: { input } }, { images });
  assert.deepEqual(details, { model: "google/nano-banana-edit" });
  assert.deepEqual(server.asked("createTask").map(jsonOf), [{
    model: "google/nano-banana-edit",
    callBackUrl: KIE_CALLBACK,
    input: { prompt: "in winter", image_urls: images },
  }]);
});

Deno.test("a model that does both needs no edit_model", async () => {
  await using server = fakeKie();
  server.answer("createTask", TAKEN);
  const toolSettings = { model: "nano-banana-2", fields: { prompt: "prompt", images: "image_input" } };
  const input = { prompt: "in winter", images: ["u/a.png"] };
  await submit(server.url, { toolSettings, job: { input } }, { images: ["https://a.example/a"] });
  const [sent] = server.asked("createTask").map(jsonOf);
  assert.equal(sent?.model, "nano-banana-2");
  assert.deepEqual(sent?.input, { prompt: "in winter", image_input: ["https://a.example/a"] });
});

Deno.test("older pages spell it message, other families task_id, and a bare number is an id with all its digits", async () => {
  await using server = fakeKie();
  for (
    const [answer, id] of [
      [
        { code: 200, message: "success", data: { taskId: "task_nano-banana-2_1765178625768" } },
        "task_nano-banana-2_1765178625768",
      ],
      [{ code: 200, msg: "success", data: { task_id: KIE_TASK } }, KIE_TASK],
      [
        new Response('{"code":200,"msg":"success","data":{"taskId":1904163390028185602}}'),
        "1904163390028185602",
      ],
    ] as const
  ) {
    server.answer("createTask", answer);
    assert.equal((await submit(server.url)).externalId, id);
  }
});

Deno.test("success without a task may have made one: malformed, and in doubt", async () => {
  await using server = fakeKie();
  for (const data of [null, {}, { taskId: null }, { taskId: "" }, { taskId: ["a"] }, [], "x"]) {
    server.answer("createTask", { code: 200, msg: "success", data });
    await assert.rejects(
      submit(server.url),
      failedWith({ retryClass: "backoff", code: "malformed_answer" }, true),
    );
  }
});

Deno.test("an answer that is no answer leaves the submit in doubt", async () => {
  await using server = fakeKie();
  for (const body of ["", "<html>", "[]", "null", '{"data":{"taskId":"a"}}', '{"code":"none"}']) {
    server.answer("createTask", new Response(body));
    await assert.rejects(
      submit(server.url),
      failedWith({ retryClass: "backoff", code: "malformed_answer" }, true),
    );
  }
});

Deno.test("a tool without its settings never runs, and the error names what is missing", async () => {
  await using server = fakeKie();
  const broken = {
    model: { ...IMAGE_SETTINGS, model: undefined },
    fields: { ...IMAGE_SETTINGS, fields: undefined },
    edit_model: { ...IMAGE_SETTINGS, edit_model: "" },
  };
  for (const [field, toolSettings] of Object.entries(broken)) {
    await assert.rejects(submit(server.url, { toolSettings }), (error) => {
      assert.ok(error instanceof ProviderError && error.message.includes(field), `${error} names ${field}`);
      return failedWith({ retryClass: "never", code: "tool_misconfigured" })(error);
    });
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("without an API key the account is paused, and nothing is asked", async () => {
  await using server = fakeKie();
  const missing = failedWith({ retryClass: "pause", code: "secret_missing" });
  await assert.rejects(submit(server.url, { account: { api_key: null } }), missing);
  await assert.rejects(
    kie.fetchOutcome(imageWork(server.url, { account: { api_key: null } }), KIE_TASK),
    missing,
  );
  assert.equal(server.requests.length, 0);
});

Deno.test("a submit in doubt is never repeated, and a task can be neither stopped nor looked for", () => {
  assert.equal(kie.resubmit, "reconcile_only");
  assert.equal(kie.cancel, undefined);
  assert.equal(kie.findTasks, undefined);
  assert.equal(kie.upload, undefined, "it reads the input's files by their signed addresses");
});
