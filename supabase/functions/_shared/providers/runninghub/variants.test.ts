/** One tool, several AI apps: the input's variant chooses. */
import assert from "node:assert/strict";
import { type Differences, messageFor } from "../../engine/work_item_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { addressesOf, submitBy } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";
import { fakeRunningHub, finished, TAKEN, TASK_ID } from "./fake_runninghub.ts";
import { runninghub } from "./runninghub.ts";

const node = (node_id: string, field_name: string) => ({ node_id, field_name });
const SETTINGS = {
  webapp_id: "1877265245566922753",
  nodes: { image: node("39", "image"), scale: node("41", "scale") },
  output_node_id: "9",
  variants: {
    near: {},
    far: {
      webapp_id: "1899270316604620802",
      nodes: { image: node("1", "image"), detail: node("165", "value") },
      output_node_id: "136",
    },
    logo: { webapp_id: "1904163390028185602" },
    old_photo: { nodes: { image: node("2", "image") } },
  },
};

function workOf(url: string, variant: unknown, toolSettings: Differences["toolSettings"] = SETTINGS) {
  const input = { image: "u/photo.png", scale: 2, detail: 0.3, prompt: "a face", variant };
  return messageFor(url, { toolSettings, job: { input } }).item;
}

async function sentFor(variant: unknown, toolSettings?: Differences["toolSettings"]) {
  await using hub = fakeRunningHub();
  hub.answer("run", TAKEN);
  await submitBy(runninghub, workOf(hub.url, variant, toolSettings), {
    callbackUrl: "https://abc.example/hook",
    files: { image: ["api/1.png"] },
  });
  const { webappId, nodeInfoList } = hub.asked("run").map(jsonOf)[0] ?? {};
  const nodes = (nodeInfoList as { nodeId: string; fieldValue: string }[]).map((
    { nodeId, fieldValue },
  ) => [nodeId, fieldValue]);
  return { webappId, nodes };
}

Deno.test("a variant with nothing of its own, and an input without a variant, go to the tool's own app", async () => {
  const own = { webappId: SETTINGS.webapp_id, nodes: [["39", "api/1.png"], ["41", "2"]] };
  assert.deepEqual(await sentFor("near"), own);
  assert.deepEqual(await sentFor(undefined), own);
});

Deno.test("a variant's app gets its own nodes, and none of the other app's", async () => {
  assert.deepEqual(await sentFor("far"), {
    webappId: "1899270316604620802",
    nodes: [["1", "api/1.png"], ["165", "0.3"]],
  });
});

Deno.test("what a variant does not say is as in the rest", async () => {
  const own = [["39", "api/1.png"], ["41", "2"]];
  assert.deepEqual(await sentFor("logo"), { webappId: "1904163390028185602", nodes: own });
  assert.deepEqual(await sentFor("old_photo"), { webappId: SETTINGS.webapp_id, nodes: [["2", "api/1.png"]] });
});

Deno.test("where a tool has no variants, one app does all", async () => {
  const { variants: _, ...settings } = SETTINGS;
  assert.equal((await sentFor("far", settings)).webappId, SETTINGS.webapp_id);
});

Deno.test("a variant that the settings do not have is refused, and nothing is sent", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", TAKEN);
  for (const variant of ["food", "constructor", "__proto__"]) {
    await assert.rejects(
      submitBy(runninghub, workOf(hub.url, variant), { callbackUrl: "https://abc.example/hook", files: {} }),
      (error) => {
        assert.ok(error instanceof ProviderError);
        assert.deepEqual([error.failure.retryClass, error.failure.code], ["never", "tool_misconfigured"]);
        return error.failure.message.endsWith(`variants.${variant}`);
      },
    );
  }
  assert.equal(hub.requests.length, 0);
});

Deno.test("a result is taken from the node of the variant's app, even after the variant has been taken away", async () => {
  await using hub = fakeRunningHub();
  hub.answer(
    "outputs",
    finished({ fileUrl: "https://a.example/9.png", nodeId: "9" }, {
      fileUrl: "https://a.example/136.png",
      nodeId: "136",
    }),
  );
  const urlsFor = async (variant: string) => {
    const outcome = await runninghub.fetchOutcome(workOf(hub.url, variant), TASK_ID);
    return outcome.state === "succeeded" ? addressesOf(outcome.outputs) : outcome.state;
  };
  assert.deepEqual(await urlsFor("near"), ["https://a.example/9.png"]);
  assert.deepEqual(await urlsFor("far"), ["https://a.example/136.png"]);
  assert.deepEqual(await urlsFor("food"), ["https://a.example/9.png", "https://a.example/136.png"]);
});

Deno.test("two pictures go to two nodes, a video as what it is", async () => {
  await using hub = fakeRunningHub();
  hub.answer("run", TAKEN);
  hub.answer("upload", { code: 0, msg: "success", data: { fileName: "api/1.mp4", fileType: "input" } });
  const toolSettings = {
    webapp_id: "1",
    nodes: { person_image: node("41", "image"), clothing_image: node("43", "image") },
  };
  const input = { person_image: "u/a.png", clothing_image: "u/b.png" };
  const { item } = messageFor(hub.url, { toolSettings, job: { tool: "veste_ai", input } });
  const files = { person_image: ["api/a.png"], clothing_image: ["api/b.png"] };
  await submitBy(runninghub, item, { callbackUrl: "https://abc.example/hook", files });
  assert.deepEqual(hub.asked("run").map(jsonOf)[0]?.nodeInfoList, [
    { nodeId: "41", fieldName: "image", fieldValue: "api/a.png" },
    { nodeId: "43", fieldName: "image", fieldValue: "api/b.png" },
  ]);
  const film = { stream: new Blob(["film"]).stream(), name: "film.mp4", contentType: "video/mp4", bytes: 4 };
  assert.equal(await runninghub.upload?.(item, film), "api/1.mp4");
  const [request] = hub.asked("upload");
  const form = await new Response(request?.bytes, { headers: request?.headers }).formData();
  assert.deepEqual([form.get("fileType"), (form.get("file") as File).type], ["input", "video/mp4"]);
});
