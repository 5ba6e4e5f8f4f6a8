import assert from "node:assert/strict";
import { API_KEY, type Differences, messageFor } from "../../engine/work_item_fixture.ts";
import { PNG } from "../../files/png_fixture.ts";
import { submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { fakeRunningHub, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

const workOn = (url: string, differences?: Differences) => messageFor(url, differences).item;
const photo = () => ({
  stream: new Blob([PNG]).stream(),
  name: "photo.png",
  contentType: "image/png",
  bytes: PNG.length,
});
/** Whether an error is a ProviderError about which `expected` is true. */
const failed = (expected: Partial<ProviderError["failure"]>, isAmbiguous = false) => (error: unknown) => {
  assert.ok(error instanceof ProviderError, String(error));
  assert.deepEqual({ ...error.failure, ...expected }, error.failure);
  assert.equal(error.isAmbiguous, isAmbiguous);
  return true;
};

// Upload ----------------------------------------------------------------------------------------------------------

Deno.test("an upload sends key, type and file as a form, and gives back the name of the file", async () => {
  await using hub = fakeRunningHub();
  hub.answer("upload", { code: 0, msg: "success", data: { fileName: "api/1f2e.png", fileType: "input" } });
  assert.equal(await runninghub.upload?.(workOn(hub.url), photo()), "api/1f2e.png");
  const [request] = hub.asked("upload");
  assert.equal(request?.path, "/task/openapi/upload");
  assert.equal(request?.headers.get("authorization"), `Bearer ${API_KEY}`);
  const form = await new Response(request?.bytes, { headers: request?.headers })
    .formData();
  assert.equal(form.get("apiKey"), API_KEY);
  assert.equal(form.get("fileType"), "image");
  const file = form.get("file") as File;
  assert.deepEqual([file.name, file.type, await file.bytes()], ["photo.png", "image/png", PNG]);
});

Deno.test("an upload that names no file is malformed, and nothing is in doubt", async () => {
  await using hub = fakeRunningHub();
  for (const data of [null, {}, { fileName: "" }, { fileName: 7 }, "api/1.png"]) {
    hub.answer("upload", { code: 0, msg: "success", data });
    await assert.rejects(
      async () => await runninghub.upload?.(workOn(hub.url), photo()),
      failed({ retryClass: "backoff", code: "malformed_answer" }),
    );
  }
});

// What has to be there --------------------------------------------------------------------------------------------

Deno.test("without an API key the account is paused, and nothing is asked", async () => {
  await using hub = fakeRunningHub();
  const work = workOn(hub.url, { account: { api_key: null } });
  const missing = failed({ retryClass: "pause", code: "secret_missing" });
  await assert.rejects(
    submitBy(runninghub, work, { callbackUrl: "https://abc.example/hook", files: {} }),
    missing,
  );
  await assert.rejects(async () => await runninghub.upload?.(work, photo()), missing);
  await assert.rejects(runninghub.fetchOutcome(work, TASK_ID), missing);
  assert.equal(hub.requests.length, 0);
});

Deno.test("a tool without its settings never runs, and the error names what is missing", async () => {
  await using hub = fakeRunningHub();
  const nodes = { image: { node_id: "39", field_name: "image" } };
  const broken = {
    webapp_id: { nodes },
    nodes: { webapp_id: "1" },
    "nodes.image.field_name": { webapp_id: "1", nodes: { image: { node_id: "39" } } },
    instance_type: { webapp_id: "1", nodes, instance_type: "huge" },
  };
  for (const [field, toolSettings] of Object.entries(broken)) {
    const work = workOn(hub.url, { toolSettings });
    await assert.rejects(
      submitBy(runninghub, work, { callbackUrl: "https://abc.example/hook", files: {} }),
      (error) => {
        assert.ok(error instanceof ProviderError && error.message.includes(field), `${error} names ${field}`);
        return failed({ retryClass: "never", code: "tool_misconfigured" })(error);
      },
    );
  }
  assert.equal(hub.requests.length, 0);
});

Deno.test("a submit in doubt is never repeated, and nothing vouches for a webhook but its token", () => {
  assert.equal(runninghub.resubmit, "reconcile_only");
  assert.equal(runninghub.verify, undefined);
});
