/** What the simulator's tests share: a client of the API with a webhook receiver. */
import assert from "node:assert/strict";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import type { TaskView } from "../kit/task_view.ts";
import type { Answer } from "./codes.ts";
import type { Fault } from "./faults.ts";
import { type KieOptions, type KieSimulator, startKie } from "./simulator.ts";

/** `data` of recordInfo. */
export interface TaskRecord {
  taskId: string;
  state: string;
  resultJson: string;
  failCode: string;
  failMsg: string;
  [field: string]: unknown;
}

/** A simulator with a client and a webhook receiver. */
export class TestKie {
  constructor(readonly simulator: KieSimulator, readonly receiver: Receiver) {}

  /** Sends a request with the right key; `path` may be a whole address. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${this.simulator.apiKey}`);
    return await fetch(new URL(path, this.simulator.url), { ...init, headers });
  }

  /** Posts JSON (or text as it is) and returns the answer, after checking that HTTP said 200. */
  async post(path: string, body: unknown): Promise<Answer> {
    const response = await this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return await response.json();
  }

  /** A valid body of createTask; `input` adds to its input. */
  body(input: Record<string, unknown> = {}, change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      model: "google/nano-banana",
      callBackUrl: this.receiver.url("/job/token"),
      input: { prompt: "a girl in a room", ...input },
      ...change,
    };
  }

  async create(input: Record<string, unknown> = {}, change: Record<string, unknown> = {}): Promise<Answer> {
    return await this.post("/api/v1/jobs/createTask", this.body(input, change));
  }

  /** Creates a task that must be accepted, and returns its id. */
  async created(input: Record<string, unknown> = {}, change: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.create(input, change);
    assert.equal(answer.code, 200, JSON.stringify(answer));
    return (answer.data as { taskId: string }).taskId;
  }

  /** Creates a task under these faults. */
  async createdUnder(...faults: Fault[]): Promise<string> {
    for (const fault of faults) this.simulator.misbehave({ fault });
    return await this.created();
  }

  /** Asks recordInfo about a task that must exist. */
  async record(taskId: string): Promise<TaskRecord> {
    const response = await this.fetch(`/api/v1/jobs/recordInfo?taskId=${taskId}`);
    const { code, msg, data }: Answer = await response.json();
    assert.equal(code, 200, msg);
    return data as TaskRecord;
  }

  /** The links of a `resultJson`. */
  linksOf({ resultJson }: { resultJson: string }): string[] {
    return JSON.parse(resultJson).resultUrls;
  }

  /** Waits for the end of a task. */
  async ended(taskId: string): Promise<TaskView> {
    await until(() => this.task(taskId).endedAt !== null);
    return this.task(taskId);
  }

  task(taskId: string): TaskView {
    const found = this.simulator.tasks().find(({ id }) => id === taskId);
    assert.ok(found, `there is no task ${taskId}`);
    return found;
  }
}

/** Runs a test against a fresh simulator whose tasks take 20 ms, and closes everything afterwards. */
export async function withKie(options: KieOptions, test: (kie: TestKie) => Promise<void>): Promise<void> {
  const receiver = new Receiver();
  const simulator = startKie({ taskMs: 20, webhookRetryDelaysMs: [5, 5, 5], ...options });
  try {
    await test(new TestKie(simulator, receiver));
  } finally {
    await simulator.close();
    await receiver.close();
  }
}
