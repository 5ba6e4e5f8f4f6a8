/** For tests: a KIE that answers as it is told, its answers (kie.md#submit, #outcomes, #callbacks), and jobs for it to do. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type Differences, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";
import { type Delivery, ProviderError } from "../provider.ts";

export const KIE_KEY = "kie-0123456789abcdef";
export const HMAC_KEY = "test_kie_hmac_key";
export const KIE_TASK = "e989621f54392584b05867f87b160672";
export const KIE_CALLBACK = `https://abc.supabase.co/functions/v1/kie-webhook/job/${TOKEN}`;

/** The part of the migrations' tool `image` that is KIE's. */
export const IMAGE_SETTINGS = {
  files: { images: { types: ["image/png"], max_bytes: 10485760, max_count: 5 } },
  model: "google/nano-banana",
  edit_model: "google/nano-banana-edit",
  fields: {
    prompt: "prompt",
    images: "image_urls",
    aspect_ratio: "image_size",
    output_format: "output_format",
  },
};

export type FakeKie = FakeProvider<"createTask" | "recordInfo">;

/** Starts a KIE. Endpoints without an answer say that there is no such page. */
export function fakeKie(): FakeKie {
  return fakeProvider(
    ({ path }) => path.split("/").at(-1) ?? "",
    () => Response.json({ code: 404, msg: "Not Found", data: null }, { status: 404 }),
  );
}

/** A leased message about an image on the KIE at `baseUrl`. */
export function imageMessage(baseUrl: string, differences: Differences = {}) {
  return messageFor(baseUrl, {
    provider: "kie",
    toolSettings: IMAGE_SETTINGS,
    ...differences,
    job: { tool: "image", lane: "kie", input: { prompt: "a lighthouse", images: [] }, ...differences.job },
    account: { api_key: KIE_KEY, ...differences.account },
  });
}

export const imageWork = (baseUrl: string, differences?: Differences) =>
  imageMessage(baseUrl, differences).item;

/** The answer to a createTask that went well. */
export const TAKEN = { code: 200, msg: "success", data: { taskId: KIE_TASK } } as const;

/** What KIE echoes of a request, the callback's address included. */
const PARAM = JSON.stringify({
  model: "google/nano-banana",
  callBackUrl: KIE_CALLBACK,
  input: {
    prompt: "a lighthouse",
    image_urls: ["https://abc.supabase.co/object/sign/a.png?token=eyJh.eyJi.c2ln"],
  },
});

/** The answer of recordInfo about a task. */
export function recordOf(task: Record<string, unknown>) {
  return {
    code: 200,
    msg: "success",
    data: {
      taskId: KIE_TASK,
      model: "google/nano-banana",
      param: PARAM,
      resultJson: "",
      failCode: "",
      failMsg: "",
      costTime: 15000,
      createTime: 1698765400000,
      ...task,
    },
  };
}

export const succeededWith = (...urls: string[]) =>
  recordOf({ state: "success", resultJson: JSON.stringify({ resultUrls: urls }) });

/** The callback about a task that went well. */
export const successCallback = (taskId: string) => ({
  code: 200,
  msg: "Playground task completed successfully.",
  data: {
    taskId,
    model: "google/nano-banana-edit",
    state: "success",
    param: PARAM,
    resultJson: JSON.stringify({ resultUrls: ["https://example.com/generated-image.jpg"] }),
    consumeCredits: 100,
    remainedCredits: 2510330,
    costTime: 8,
    createTime: 1755599634000,
    completeTime: 1755599644000,
    updateTime: 1755599644000,
  },
});

/** The callback about a task that failed: it has no resultJson. */
export const failureCallback = (taskId: string) => ({
  code: 501,
  msg: "Playground task failed.",
  data: {
    taskId,
    model: "google/nano-banana-edit",
    state: "fail",
    param: PARAM,
    failCode: "500",
    failMsg: "Internal server error",
    consumeCredits: 0,
    remainedCredits: 2510430,
    costTime: 0,
    createTime: 1755597097000,
    completeTime: 1755597097000,
    updateTime: 1755597097000,
  },
});

/** The callbacks of other families of models: Midjourney's and Suno's. */
export const midjourneyCallback = (taskId: string, code = 200) => ({
  code,
  msg: code === 200 ? "success" : "failed",
  data: { taskId, promptJson: "{}", ...code === 200 ? { resultUrls: ["https://example.com/1.png"] } : {} },
});
export const sunoCallback = (task_id: string, callbackType: string, code = 200) => ({
  code,
  msg: "All generated successfully.",
  data: { callbackType, task_id, data: [{ audio_url: "https://example.com/1.mp3" }] },
});

export const ALL_CALLBACKS: readonly ((taskId: string) => Record<string, unknown>)[] = [
  successCallback,
  failureCallback,
  midjourneyCallback,
  (id) => midjourneyCallback(id, 500),
  (id) => sunoCallback(id, "complete"),
  (id) => sunoCallback(id, "error", 531),
];

/** A callback as KIE sends it when it signs, `ageSeconds` ago. */
export function signedDelivery(
  rawBody: string,
  taskId: string,
  { key = HMAC_KEY, receivedAt = 1755599650_000, ageSeconds = 6 } = {},
): Delivery {
  const timestamp = String(Math.floor(receivedAt / 1000) - ageSeconds);
  const signature = createHmac("sha256", key).update(`${taskId}.${timestamp}`).digest("base64");
  const headers = new Headers({ "x-webhook-timestamp": timestamp, "x-webhook-signature": signature });
  return { headers, rawBody, receivedAt };
}

/** Whether an error is a ProviderError about which `expected` is true. */
export const failedWith =
  (expected: Partial<ProviderError["failure"]>, isAmbiguous = false) => (error: unknown) => {
    assert.ok(error instanceof ProviderError, String(error));
    assert.deepEqual({ ...error.failure, ...expected }, error.failure);
    assert.equal(error.isAmbiguous, isAmbiguous, `${error} is ${error.isAmbiguous ? "" : "not "}ambiguous`);
    return true;
  };
