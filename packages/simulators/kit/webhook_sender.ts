/**
 * Posts webhooks the way providers do: a time-out, any 2xx is accepted, everything else is tried again after a
 * delay of the schedule until the schedule is used up. Redirects are not followed; a 3xx is a refusal.
 */
import { pause } from "./pause.ts";

/** How one attempt ended. */
export type WebhookAttempt =
  | { kind: "answered"; at: Date; status: number; body: string }
  | { kind: "failed"; at: Date; error: string };

/** Whether the receiver took the webhook. */
export function wasAccepted(attempt: WebhookAttempt): boolean {
  return attempt.kind === "answered" && attempt.status >= 200 && attempt.status < 300;
}

/** When to give up. */
export interface WebhookSenderOptions {
  /** Waits between the attempts, in milliseconds; their number is the number of retries. */
  readonly retryDelaysMs: readonly number[];
  /** Longest an attempt may take, answer included, in milliseconds. */
  readonly timeoutMs: number;
}

/** One webhook to send. */
export interface Webhook {
  readonly url: string;
  /** Sent byte for byte, as `application/json`. */
  readonly body: string;
  /** More headers, asked for at each attempt: a signature holds for its time only. Default none. */
  readonly headers?: () => Record<string, string>;
  /** Called after each attempt; `retry` is 0 for the first one. */
  readonly onAttempt: (attempt: WebhookAttempt, retry: number) => void;
  /** False: one attempt only. Default true. */
  readonly retries?: boolean;
}

/** Much more than a receiver has to say, and little enough to keep. */
const KEPT_ANSWER_CHARACTERS = 2_000;

/** Sends webhooks and knows which are still under way. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #closing = new AbortController();
  readonly #deliveries = new Set<Promise<void>>();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Starts a delivery; resolves after its first attempt, while retries go on in the background. Never rejects. */
  async send(webhook: Webhook): Promise<void> {
    const first = Promise.withResolvers<void>();
    const delivery = this.#deliver(webhook, first.resolve).finally(() => {
      this.#deliveries.delete(delivery);
      first.resolve();
    });
    this.#deliveries.add(delivery);
    await first.promise;
  }

  /** Gives all deliveries up, also the attempts that are under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle();
  }

  /** Resolves when nothing is under way any more: every webhook was accepted or given up. */
  async idle(): Promise<void> {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
  }

  async #deliver(webhook: Webhook, attempted: () => void): Promise<void> {
    const delays = webhook.retries === false ? [] : this.#options.retryDelaysMs;
    for (let retry = 0; retry <= delays.length; retry++) {
      const delay = retry === 0 ? 0 : delays[retry - 1] ?? 0;
      if (delay > 0) await pause(delay, this.#closing.signal).catch(() => {});
      if (this.#closing.signal.aborted) return;
      const attempt = await this.#attempt(webhook);
      if (this.#closing.signal.aborted) return;
      webhook.onAttempt(attempt, retry);
      attempted();
      if (wasAccepted(attempt)) return;
    }
  }

  async #attempt({ url, body, headers }: Webhook): Promise<WebhookAttempt> {
    const at = new Date();
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), this.#options.timeoutMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers?.() },
        body,
        redirect: "manual",
        signal: AbortSignal.any([this.#closing.signal, timeout.signal]),
      });
      const answer = await response.text();
      return { kind: "answered", at, status: response.status, body: answer.slice(0, KEPT_ANSWER_CHARACTERS) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "failed", at, error: timeout.signal.aborted ? "Read timed out" : reason };
    } finally {
      clearTimeout(timer);
    }
  }
}
