/** Posts the webhook of each task that ends, and keeps the record that getWebhookDetail shows. */
import {
  wasAccepted,
  type WebhookAttempt,
  WebhookSender,
  type WebhookSenderOptions,
} from "../kit/webhook_sender.ts";
import type { Snowflakes } from "../kit/snowflake.ts";
import type { Task, WebhookRecord } from "./task.ts";
import { eventDataString, webhookBody } from "./task_answers.ts";

/** One desk per simulator. */
export class WebhookDesk {
  readonly #sender: WebhookSender;

  constructor(private readonly ids: Snowflakes, private readonly options: WebhookSenderOptions) {
    this.#sender = new WebhookSender(options);
  }

  /** Posts the webhook of a task that has just ended, if it asked for one; resolves after the first attempt. */
  async announce(task: Task): Promise<void> {
    if (task.webhookUrl === undefined) return;
    const { malformed_webhook, webhook_shape, lost_webhook, duplicate_webhook } = task.faults;
    const record: WebhookRecord = {
      id: this.ids.next(),
      url: task.webhookUrl,
      body: malformed_webhook?.body ?? webhookBody(task, webhook_shape),
      eventData: eventDataString(task),
      callbackStatus: "PENDING",
      callbackResponse: "",
      retryCount: 0,
      createTime: new Date(),
      updateTime: new Date(),
      attempts: [],
    };
    task.webhook = record;
    if (lost_webhook) return this.#lose(record);
    // Only the first copy is tried again; the others are what a sender does that forgot it had sent.
    const copies = Array.from({ length: (duplicate_webhook?.copies ?? 1) - 1 }, () =>
      this.#sender.send({
        url: record.url,
        body: record.body,
        retries: false,
        onAttempt: (attempt) => record.attempts.push(attempt),
      }));
    await Promise.all([this.#post(record), ...copies]);
  }

  /** Posts a record again, to another URL if one is given; does not wait for the outcome. */
  repeat(record: WebhookRecord, url?: string): void {
    if (url !== undefined) record.url = url;
    record.callbackStatus = "PENDING";
    record.retryCount = 0;
    void this.#post(record);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    await this.#sender.close();
  }

  async #post(record: WebhookRecord): Promise<void> {
    const { url, body } = record;
    await this.#sender.send({
      url,
      body,
      onAttempt(attempt, retry) {
        record.attempts.push(attempt);
        record.callbackStatus = wasAccepted(attempt) ? "SUCCESS" : "FAILED";
        record.callbackResponse = responseText(attempt, url);
        record.retryCount = retry;
        record.updateTime = new Date();
      },
    });
  }

  #lose(record: WebhookRecord): void {
    record.callbackStatus = "FAILED";
    record.callbackResponse = responseText(
      { kind: "failed", at: new Date(), error: "Connection reset" },
      record.url,
    );
    record.retryCount = this.options.retryDelaysMs.length;
  }
}

/** In the words of the documented sample (§1.8), which come from the provider's Java client. */
function responseText(attempt: WebhookAttempt, url: string): string {
  if (attempt.kind === "failed") return `I/O error on POST request for "${url}": ${attempt.error}`;
  return wasAccepted(attempt) ? attempt.body : `${attempt.status} : "${attempt.body}"`;
}
