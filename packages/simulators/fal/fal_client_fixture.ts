/** What the simulator's tests share: a client of the queue with a webhook receiver. */
import assert from "node:assert/strict";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import type { TaskView } from "../kit/task_view.ts";
import type { Fault } from "./faults.ts";
import { type FalOptions, type FalSimulator, startFal } from "./simulator.ts";

/** The answer to a submission. */
export interface Queued {
  status: string;
  request_id: string;
  response_url: string;
  status_url: string;
  cancel_url: string;
}

/** A simulator with a client and a webhook receiver. */
export class TestFal {
  constructor(readonly simulator: FalSimulator, readonly receiver: Receiver) {}

  /** Sends a request with the right key; `path` may be a whole address. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Key ${this.simulator.apiKey}`);
    return await fetch(new URL(path, this.simulator.url), { ...init, headers });
  }

  async json(path: string): Promise<Record<string, unknown>> {
    return await (await this.fetch(path)).json();
  }

  submit(input: unknown = {}, model = "fal-ai/nano-banana", webhook = this.receiver.url("/job/token")) {
    const body = typeof input === "string"
      ? input
      : JSON.stringify({ prompt: "a red hat", ...input as object });
    return this.fetch(`/${model}?fal_webhook=${encodeURIComponent(webhook)}`, { method: "POST", body });
  }

  /** Submits what must be accepted. */
  async submitted(input?: Record<string, unknown>, model?: string): Promise<Queued> {
    const response = await this.submit(input, model);
    assert.equal(response.status, 200, await response.clone().text());
    return await response.json();
  }

  /** Submits under these faults. */
  async submittedUnder(...faults: Fault[]): Promise<Queued> {
    for (const fault of faults) this.simulator.misbehave({ fault });
    return await this.submitted();
  }

  /** Waits for the end of a request. */
  async ended({ request_id }: Queued): Promise<TaskView> {
    await until(() => this.view(request_id).endedAt !== null);
    return this.view(request_id);
  }

  view(id: string): TaskView {
    const found = this.simulator.tasks().find((task) => task.id === id);
    assert.ok(found, `there is no request ${id}`);
    return found;
  }
}

/** Runs a test against a fresh simulator whose tasks take 20 ms, and closes everything afterwards. */
export async function withFal(options: FalOptions, test: (fal: TestFal) => Promise<void>): Promise<void> {
  const receiver = new Receiver();
  const simulator = startFal({ taskMs: 20, webhookRetryDelaysMs: [5, 5, 5], ...options });
  try {
    await test(new TestFal(simulator, receiver));
  } finally {
    await simulator.close();
    await receiver.close();
  }
}
