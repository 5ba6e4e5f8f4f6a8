/** For tests: a KIE that answers as it is told, its answers (kie.md#submit, #outcomes, #callbacks), and jobs for it to do. */
import assert from "node:assert/strict";
import { type Differences, messageFor, TOKEN } from "../../engine/work_item_fixture.ts";
import { type FakeProvider, fakeProvider } from "../kit/fake_provider.ts";
import { ProviderError } from "../provider.ts";

export const KIE_KEY = "kie-0123456789abcdef";
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
export const PARAM = JSON.stringify({
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

/** Whether an error is a ProviderError about which `expected` is true. */
export const failedWith =
  (expected: Partial<ProviderError["failure"]>, isAmbiguous = false) => (error: unknown) => {
    assert.ok(error instanceof ProviderError, String(error));
    assert.deepEqual({ ...error.failure, ...expected }, error.failure);
    assert.equal(error.isAmbiguous, isAmbiguous, `${error} is ${error.isAmbiguous ? "" : "not "}ambiguous`);
    return true;
  };
