/** For tests: callbacks as KIE sends and signs them (kie.md#callbacks, #signature). */
import { createHmac } from "node:crypto";
import type { Delivery } from "../provider.ts";
import { PARAM } from "./fake_kie.ts";

export const HMAC_KEY = "test_kie_hmac_key";

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
