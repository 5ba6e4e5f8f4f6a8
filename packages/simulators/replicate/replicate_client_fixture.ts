/** What the simulator's tests share: a client of the API with a webhook receiver. */
import assert from "node:assert/strict";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import type { TaskView } from "../kit/task_view.ts";
import type { Fault } from "./faults.ts";
import { type ReplicateOptions, type ReplicateSimulator, startReplicate } from "./simulator.ts";

/** What the API says of a prediction. */
export interface Prediction {
  id: string;
  status: string;
  output: unknown;
  error: string | null;
  [field: string]: unknown;
}

/** A simulator with a client and a webhook receiver. */
export class TestReplicate {
  constructor(readonly simulator: ReplicateSimulator, readonly receiver: Receiver) {}

  /** Sends a request with the right key; `path` begins after `/v1`. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${this.simulator.apiKey}`);
    return await fetch(`${this.simulator.url}/v1${path}`, { ...init, headers });
  }

  /** A valid body of a create; `input` adds to its input. */
  body(input: Record<string, unknown> = {}, change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      input: { prompt: "a red hat", ...input },
      webhook: this.receiver.url("/job/token"),
      webhook_events_filter: ["completed"],
      ...change,
    };
  }

  create(body: unknown = this.body(), path = "/models/google/nano-banana/predictions"): Promise<Response> {
    return this.fetch(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  }

  /** Creates a prediction that must be accepted. */
  async created(body?: unknown, path?: string): Promise<Prediction> {
    const response = await this.create(body, path);
    assert.equal(response.status, 201, await response.clone().text());
    return await response.json();
  }

  /** Creates a prediction under these faults. */
  async createdUnder(...faults: Fault[]): Promise<Prediction> {
    for (const fault of faults) this.simulator.misbehave({ fault });
    return await this.created();
  }

  async get({ id }: Prediction): Promise<Prediction> {
    return await (await this.fetch(`/predictions/${id}`)).json();
  }

  /** Waits for the end of a prediction. */
  async ended({ id }: Prediction): Promise<TaskView> {
    await until(() => this.view(id).endedAt !== null);
    return this.view(id);
  }

  view(id: string): TaskView {
    const found = this.simulator.tasks().find((task) => task.id === id);
    assert.ok(found, `there is no prediction ${id}`);
    return found;
  }
}

/** Runs a test against a fresh simulator whose tasks take 20 ms, and closes everything afterwards. */
export async function withReplicate(
  options: ReplicateOptions,
  test: (replicate: TestReplicate) => Promise<void>,
): Promise<void> {
  const receiver = new Receiver();
  const simulator = startReplicate({ taskMs: 20, webhookRetryDelaysMs: [5, 5, 5], ...options });
  try {
    await test(new TestReplicate(simulator, receiver));
  } finally {
    await simulator.close();
    await receiver.close();
  }
}
