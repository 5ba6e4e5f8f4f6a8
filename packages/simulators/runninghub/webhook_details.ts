/** What RunningHub remembers of webhooks for getWebhookDetail (runninghub.md#webhooks). */
import type { Delivery, Reading } from "../kit/task.ts";
import { wasAccepted } from "../kit/webhook_sender.ts";
import type { Failure, RunningHubTask, WebhookDetail, Workshop } from "./task.ts";
import { eventDataString } from "./task_answers.ts";

/** The details of one simulator's webhooks. */
export class WebhookDetails {
  readonly #eventData = new WeakMap<RunningHubTask, string>();

  /** @param retries how often a webhook is tried again: a lost one says that it was tried as often. */
  constructor(private readonly shop: Workshop, private readonly retries: number) {}

  /** Keeps what the webhook of a task's end says, in the v1 form whatever form is sent. */
  note(task: RunningHubTask, reading: Reading<Failure>): void {
    if (reading.status === task.status) this.#eventData.set(task, eventDataString(task, reading, this.shop));
  }

  /** The webhook of a task's end; null when there is none (yet). */
  of(task: RunningHubTask): WebhookDetail | null {
    const delivery = endDelivery(task);
    if (!delivery) return null;
    const { id, url, body, state, retries, attempts } = delivery;
    return {
      id,
      url,
      body,
      eventData: this.#eventData.get(task) ?? "",
      callbackStatus: state === "pending" ? "PENDING" : state === "delivered" ? "SUCCESS" : "FAILED",
      callbackResponse: responseText(delivery),
      retryCount: state === "lost" ? this.retries : retries,
      attempts: [...attempts],
    };
  }
}

/** The webhook of a task's end, which retryWebhook repeats. */
export function endDelivery({ deliveries, status }: RunningHubTask): Delivery | undefined {
  return deliveries.find((delivery) => delivery.status === status);
}

/** In the words of the documented sample, which come from the provider's Java client. */
function responseText({ state, attempts, url }: Delivery): string {
  const attempt = attempts.at(-1);
  if (state === "lost") return `I/O error on POST request for "${url}": Connection reset`;
  if (!attempt) return "";
  if (attempt.kind === "failed") return `I/O error on POST request for "${url}": ${attempt.error}`;
  return wasAccepted(attempt) ? attempt.body : `${attempt.status} : "${attempt.body}"`;
}
