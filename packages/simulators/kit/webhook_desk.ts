/** Posts the webhooks of tasks, with everything that can go wrong on the way. */
import { pause } from "./pause.ts";
import { asPythonWrites } from "./python_json.ts";
import type { WebhookRules } from "./webhook_rules.ts";
import type { Delivery, ProviderTypes, Reading, Task } from "./task.ts";
import {
  wasAccepted,
  type WebhookAttempt,
  WebhookSender,
  type WebhookSenderOptions,
} from "./webhook_sender.ts";

const HOUR_S = 3600;

/** What the desk needs to know of a simulator. */
export interface DeskRules<P extends ProviderTypes> extends WebhookRules<P>, WebhookSenderOptions {
  /** What is true of a task now, with links. */
  readingOf(task: Task<P>): Reading<P["failure"]>;
  /** A failure that did not happen. */
  passingFailure(task: Task<P>): P["failure"];
  /** A task that there is not, and that succeeded with files which can be had: whose webhook strays to this one's address. */
  strayOf(task: Task<P>): Task<P>;
}

/** One desk per simulator. */
export class WebhookDesk<P extends ProviderTypes> {
  readonly #rules: DeskRules<P>;
  readonly #sender: WebhookSender;
  readonly #closing = new AbortController();
  /** The latest webhook about a task's progress; the next one waits for its attempt, so that they arrive in order. */
  readonly #progress = new WeakMap<Task<P>, Promise<void>>();

  constructor(rules: DeskRules<P>) {
    this.#rules = rules;
    this.#sender = new WebhookSender(rules);
  }

  /** Posts, without waiting and without retries, that a task runs, if its provider tells that. */
  announceRunning(task: Task<P>): void {
    const stray = task.faults.stray_webhook;
    if (stray) void this.#postStray(task, stray.says);
    if (!this.#wants(task, "running") || task.faults.out_of_order_webhook?.late === "running") return;
    void this.post(task, { status: "running" }, { retries: false });
  }

  /** Posts the webhook of a task that has just ended; resolves after the first attempt of all that is to be sent. */
  async announceEnd(task: Task<P>): Promise<void> {
    const { faults } = task;
    if (!this.#wants(task, task.status)) return;
    if (faults.delayed_webhook && !await this.#waited(faults.delayed_webhook.ms)) return;
    await this.#progress.get(task);
    const failed = () => ({ status: "failed", failure: this.#rules.passingFailure(task) } as const);
    if (faults.failed_then_success?.webhook && task.status === "succeeded") await this.post(task, failed());
    const delivery = await this.#postEnd(task);
    const late = faults.out_of_order_webhook?.late;
    if (late === "failed") await this.post(task, failed());
    if (late === "running") await this.post(task, { status: "running" }, { retries: false });
    if (faults.replay_webhook && delivery && delivery.state !== "lost") {
      await this.#copy(task, delivery, (faults.replay_webhook.ageS ?? HOUR_S) * 1000);
    }
  }

  /**
   * Posts a webhook that says `reading`; resolves after its first attempt. For the events that only the provider knows
   * of; the status changes are announced by the kit. `url` and `body` replace what the provider's rules say. Without
   * `retries` it is about progress: it waits for the attempt of the one before, and the end waits for its attempt.
   * @returns its record, or undefined when the task wants no webhooks.
   */
  async post(
    task: Task<P>,
    reading: Reading<P["failure"]>,
    { retries = true, ...instead }: { retries?: boolean; url?: string; body?: string } = {},
  ): Promise<Delivery | undefined> {
    const delivery = this.#enter(task, reading, instead);
    if (!delivery || delivery.state === "lost") return delivery;
    if (retries) await this.#send(task, delivery, true);
    else {
      const sent = (this.#progress.get(task) ?? Promise.resolve()).then(() =>
        this.#send(task, delivery, false)
      );
      this.#progress.set(task, sent);
      await sent;
    }
    return delivery;
  }

  /** Posts a webhook again, to another URL if one is given; resolves after its first attempt. */
  async repeat(task: Task<P>, delivery: Delivery, url?: string): Promise<void> {
    if (url !== undefined) delivery.url = url;
    delivery.state = "pending";
    delivery.retries = 0;
    await this.#send(task, delivery, true);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sender.close();
  }

  #wants(task: Task<P>, status: Reading<P["failure"]>["status"]): boolean {
    return this.#rules.wants?.(task, status) ?? (status !== "queued" && status !== "running");
  }

  async #waited(ms: number): Promise<boolean> {
    await pause(ms, this.#closing.signal).catch(() => {});
    return !this.#closing.signal.aborted;
  }

  async #postStray(task: Task<P>, says: "succeeded" | "failed"): Promise<void> {
    const stray = this.#rules.strayOf(task);
    await this.post(
      stray,
      says === "succeeded"
        ? this.#rules.readingOf(stray)
        : { status: "failed", failure: this.#rules.passingFailure(stray) },
    );
  }

  #bodyOf(task: Task<P>, reading: Reading<P["failure"]>): string {
    const body = this.#rules.body(task, reading);
    return task.faults.python_json ? asPythonWrites(body) : body;
  }

  async #postEnd(task: Task<P>): Promise<Delivery | undefined> {
    const { duplicate_webhook, malformed_webhook } = task.faults;
    const reading = this.#rules.readingOf(task);
    const right = this.#bodyOf(task, reading);
    const body = malformed_webhook ? malformed_webhook.body ?? right.slice(0, right.length / 2) : right;
    const delivery = this.#enter(task, reading, { body });
    if (!delivery || delivery.state === "lost") return delivery;
    // Only the first copy is tried again; the others are what a sender does that forgot it had sent.
    const copies = Array.from(
      { length: (duplicate_webhook?.copies ?? 1) - 1 },
      () => this.#copy(task, delivery),
    );
    await Promise.all([this.#send(task, delivery, true), ...copies]);
    return delivery;
  }

  #enter(
    task: Task<P>,
    reading: Reading<P["failure"]>,
    { url = this.#rules.url(task), body }: { url?: string | undefined; body?: string },
  ): Delivery | undefined {
    if (url === undefined || this.#closing.signal.aborted) return undefined;
    const now = new Date();
    const delivery: Delivery = {
      id: this.#rules.newId?.() ?? crypto.randomUUID(),
      status: reading.status,
      url,
      names: task.id,
      body: body ?? this.#bodyOf(task, reading),
      state: task.faults.lost_webhook ? "lost" : "pending",
      retries: 0,
      attempts: [],
      createdAt: now,
      updatedAt: now,
    };
    task.deliveries.push(delivery);
    return delivery;
  }

  async #send(task: Task<P>, delivery: Delivery, retries: boolean): Promise<void> {
    const onAttempt = (attempt: WebhookAttempt, retry: number) => {
      delivery.attempts.push(attempt);
      delivery.state = wasAccepted(attempt) ? "delivered" : "refused";
      delivery.retries = retry;
      delivery.updatedAt = new Date();
    };
    const { url, body } = delivery;
    await this.#sender.send({ url, body, retries, onAttempt, headers: () => this.#headers(task, delivery) });
  }

  /** Sends a webhook once more, without a trace but the attempt; as if `ageMs` ago. */
  async #copy(task: Task<P>, delivery: Delivery, ageMs = 0): Promise<void> {
    const { url, body } = delivery;
    await this.#sender.send({
      url,
      body,
      retries: false,
      onAttempt: (attempt) => delivery.attempts.push(attempt),
      headers: () => this.#headers(task, delivery, ageMs),
    });
  }

  #headers(task: Task<P>, { id, body }: Delivery, ageMs = 0): Record<string, string> {
    const { missing_signature, wrong_signature } = task.faults;
    if (missing_signature || !this.#rules.sign) return {};
    const key = wrong_signature ? "wrong" : "right";
    return this.#rules.sign({ task, body, deliveryId: id, at: new Date(Date.now() - ageMs), key });
  }
}
