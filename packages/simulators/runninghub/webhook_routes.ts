/** The endpoints that show and repeat webhooks (runninghub.md#webhooks). */
import type { Hono } from "hono";
import { refusal, silentSuccess, success } from "./codes.ts";
import { commonFields, exactBody, keyOf } from "./request_body.ts";
import type { RunningHubSimulation } from "./task.ts";
import { endDelivery, type WebhookDetails } from "./webhook_details.ts";

/** Adds the endpoints to `app`. */
export function addWebhookRoutes(
  app: Hono,
  simulation: RunningHubSimulation,
  { apiKeys, details }: { apiKeys: readonly string[]; details: WebhookDetails },
): void {
  // A task without a webhook (yet) has no detail; the simulator says code 0 with null, the provider's answer is not
  // documented.
  app.post("/task/openapi/getWebhookDetail", async (c) => {
    const fields = commonFields(await exactBody(c.req.raw));
    if (!keyOf(c.req.raw, fields.apiKey, apiKeys)) return c.json(refusal(802));
    const task = simulation.tasks.get(fields.taskId ?? "");
    if (!task) return c.json(refusal(807));
    const detail = details.of(task);
    const delivery = endDelivery(task);
    if (!detail || !delivery) return c.json(success(null));
    return c.json(success({
      id: detail.id,
      userApiKey: "******",
      taskId: task.id,
      webhookUrl: detail.url,
      eventData: detail.eventData,
      callbackStatus: detail.callbackStatus,
      callbackResponse: detail.callbackResponse,
      retryCount: detail.retryCount,
      createTime: localTime(delivery.createdAt),
      updateTime: localTime(delivery.updatedAt),
    }));
  });

  app.post("/task/openapi/retryWebhook", async (c) => {
    const { webhookId, webhookUrl, ...fields } = commonFields(await exactBody(c.req.raw));
    if (!keyOf(c.req.raw, fields.apiKey, apiKeys)) return c.json(refusal(802));
    const isUrl = webhookUrl === undefined || /^https?:\/\/[^/]/.test(webhookUrl) && URL.canParse(webhookUrl);
    for (const task of isUrl ? simulation.tasks.values() : []) {
      const delivery = endDelivery(task);
      if (delivery?.id !== webhookId || !delivery) continue;
      void simulation.desk.repeat(task, delivery, webhookUrl);
      return c.json(silentSuccess(null));
    }
    return c.json(refusal(301));
  });
}

/** `2025-03-25T16:05:07`: no fraction and no zone, as documented; which zone is not, so here it is UTC. */
function localTime(date: Date): string {
  return date.toISOString().slice(0, 19);
}
