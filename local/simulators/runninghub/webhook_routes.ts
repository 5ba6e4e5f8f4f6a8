/** The endpoints that show and repeat webhooks (providers.md §1.8). */
import type { Hono } from "hono";
import { refusal, silentSuccess, success } from "./codes.ts";
import type { Hub } from "./hub.ts";
import { commonFields, exactBody, isAuthorized } from "./request_body.ts";
import type { Task, WebhookRecord } from "./task.ts";

/** Adds the endpoints to `app`. */
export function addWebhookRoutes(app: Hono, hub: Hub): void {
  // A task without a webhook (yet) has no detail; the simulator says code 0 with null, the provider's answer is not
  // documented.
  app.post("/task/openapi/getWebhookDetail", async (c) => {
    const { apiKey, taskId } = commonFields(await exactBody(c.req.raw));
    if (!isAuthorized(c.req.raw, apiKey, hub.settings.apiKey)) return c.json(refusal(802));
    const task = hub.tasks.get(taskId ?? "");
    if (!task) return c.json(refusal(807));
    return c.json(success(task.webhook ? detailOf(task, task.webhook) : null));
  });

  app.post("/task/openapi/retryWebhook", async (c) => {
    const { apiKey, webhookId, webhookUrl } = commonFields(await exactBody(c.req.raw));
    if (!isAuthorized(c.req.raw, apiKey, hub.settings.apiKey)) return c.json(refusal(802));
    const record = [...hub.tasks.values()].find(({ webhook }) => webhook && webhook.id === webhookId)
      ?.webhook;
    const isUrl = webhookUrl === undefined || /^https?:\/\/[^/]/.test(webhookUrl) && URL.canParse(webhookUrl);
    if (!record || !isUrl) return c.json(refusal(301));
    hub.desk.repeat(record, webhookUrl);
    return c.json(silentSuccess(null));
  });
}

function detailOf({ taskId }: Task, record: WebhookRecord): unknown {
  return {
    id: record.id,
    userApiKey: "******",
    taskId,
    webhookUrl: record.url,
    eventData: record.eventData,
    callbackStatus: record.callbackStatus,
    callbackResponse: record.callbackResponse,
    retryCount: record.retryCount,
    createTime: localTime(record.createTime),
    updateTime: localTime(record.updateTime),
  };
}

/** `2025-03-25T16:05:07`: no fraction and no zone, as documented; which zone is not, so here it is UTC. */
function localTime(date: Date): string {
  return date.toISOString().slice(0, 19);
}
