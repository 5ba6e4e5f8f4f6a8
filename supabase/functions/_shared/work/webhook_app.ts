/** What every webhook function does: take in, answer, settle. A provider's own part is its `verify` and `parse`. */
import type { Hono } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import type { WebhookResponse } from "../../../../shared/requests/requests_service.ts";
import {
  accountOfWebhook,
  type ReceivedWebhook,
  type Refusal,
  webhook,
  type WebhookAccount,
  webhookRefused,
} from "../engine/webhooks.ts";
import { createApp } from "../http/app.ts";
import { readText } from "../http/body.ts";
import type { Delivery, Receiver } from "../providers/provider.ts";
import { background } from "../runtime/background.ts";
import { Gate } from "../runtime/gate.ts";
import { sayProcessing, sayWebhookReceived, sayWebhookRefused } from "../runtime/document_words.ts";
import { logJob } from "../runtime/log.ts";
import { aimOf } from "./log_effect.ts";
import { tryParseJson } from "../text/json.ts";
import { redact } from "../text/redact.ts";
import { drainCancels, settleAndDrain, submitWaiting } from "./drain_later.ts";
import { type WebhookLimits, webhookLimits } from "./webhook_limits.ts";

const MAX_BODY_BYTES = 5 * 1024 * 1024;
const LONGEST_ID = 200;
const KEPT_HEADERS = /^(content-type|user-agent|webhook-(id|timestamp)|x-(fal|webhook)-.*)$/i;

/**
 * The app of `<provider>-webhook`: `POST /:job/:token`. Answers 404 for a token that no attempt has, and stores nothing;
 * 200 for all else, once it is stored; 5xx when it could not be stored, so that the provider sends it again: 503 with
 * `Retry-After`, before anything is read of it, where more come than can be stored. Of what no provider sends again, the
 * task is asked about (private.lanes.poll_after). What is refused is counted, where there is such a job: an operator asks
 * why nothing comes.
 */
export function webhookApp(
  provider: Receiver,
  { atOnce, calls, patienceMs }: WebhookLimits = webhookLimits(),
): Hono {
  const app = createApp(`${provider.name}-webhook`, atOnce);
  const gate = new Gate(calls);
  const noteRefusal = (jobId: string, reason: Refusal) =>
    // Whoever sent it does not wait for that, and a flood of them does not count to the last.
    background("note refusal", gate.pass(() => webhookRefused(provider.name, jobId, reason), { patienceMs }));
  app.post("/:job/:token", async (context) => {
    const jobId = z.uuid().safeParse(context.req.param("job")).data;
    const token = z.uuid().safeParse(context.req.param("token")).data;
    if (!jobId || !token) throw notFound();
    // Nothing is read of a stranger's body.
    const account = await gate.pass(() => accountOfWebhook(provider.name, jobId, token), { patienceMs });
    if (!account) {
      noteRefusal(jobId, "wrong_token");
      throw notFound();
    }
    sayWebhookReceived(provider.name, jobId);
    const rawBody = await readText(context.req.raw, MAX_BODY_BYTES).catch((error) => {
      if (error instanceof EsteiraError) noteRefusal(jobId, "too_large");
      throw error;
    });
    const { headers } = context.req.raw;
    const delivery = { headers, rawBody, receivedAt: Date.now() };
    const { verifiedBy, deliveryId } = await verify(provider, jobId, account, delivery, noteRefusal);

    const event = redact(provider.parse(rawBody), [token]); // what a body says of itself may be anything
    const received: ReceivedWebhook = {
      provider: provider.name,
      // Within the job: a body that names another's task must not use up that task's event.
      dedupeKey: `${jobId}:${possibleId(deliveryId ?? null) ?? event.dedupeKey}`,
      jobId,
      token,
      externalId: possibleId(event.externalId),
      verifiedBy,
      headers: Object.fromEntries(
        [...headers].filter(([name]) => KEPT_HEADERS.test(name)),
      ),
      payload: redact(tryParseJson(rawBody) ?? rawBody, [token]),
      word: event.state === "succeeded" || event.state === "failed" ? event.state : null,
      details: event.details,
    };
    const result = await gate.pass(() => webhook(received), { isUrgent: true });
    if (result.verdict === "unknown") throw notFound();
    logJob(jobId, "webhook_received", {
      verdict: result.verdict,
      ..."message" in result ? aimOf(result.message.item.job) : {},
      ...event.details,
    });
    if ("message" in result) {
      const { job: { model_id }, attempt } = result.message.item;
      if (model_id) sayProcessing(provider.name, model_id);
      const announced = result.verdict === "other_task" ? undefined : event.state;
      // What the webhook has started is submitted at once, what settling starts when that is done.
      background("settle", settleAndDrain(result.message, announced, result.waits ? null : result.lane));
      if (result.waits) background("drain", submitWaiting(result.lane));
      // Of a job that has had more than one attempt, another may have been waiting for this word, or be in vain now.
      if (result.verdict !== "accepted" || attempt.dispatch > 1) background("cancel", drainCancels());
    } else if (result.verdict === "late") background("cancel", drainCancels()); // it may be the word that one waits for
    return context.json({ received: true, verdict: result.verdict } satisfies WebhookResponse);
  });
  return app;
}

/**
 * What vouches for a webhook (its token, or the name of a signature scheme) and its signed id, if it has one. Errors: 401
 * when the signature does not hold, 503 when the secret to check it with is not set.
 */
async function verify(
  provider: Receiver,
  jobId: string,
  account: WebhookAccount,
  delivery: Delivery,
  noteRefusal: (jobId: string, reason: Refusal) => void,
): Promise<{ verifiedBy: string; deliveryId?: string }> {
  if (!provider.verify) return { verifiedBy: "token" };
  const verdict = await provider.verify(delivery, account);
  if (verdict.ok) return verdict;
  logJob(jobId, "webhook refused", { provider: provider.name, reason: verdict.reason });
  noteRefusal(jobId, verdict.code === "misconfigured" ? "no_secret" : "bad_signature");
  sayWebhookRefused(provider.name, jobId, verdict.reason);
  throw new EsteiraError(verdict.code, verdict.reason);
}

/** An id as a provider may have given it: what is longer is none, and no index could hold it. */
function possibleId(id: string | null): string | null {
  return id !== null && id.length <= LONGEST_ID ? id : null;
}

function notFound(): EsteiraError {
  return new EsteiraError("not_found", "There is nothing at this address.");
}
