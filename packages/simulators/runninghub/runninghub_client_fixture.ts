/** What the simulator's tests share: a client of the legacy API with a webhook receiver. */
import assert from "node:assert/strict";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import type { Answer } from "./codes.ts";
import { type RunningHubOptions, type RunningHubSimulator, startRunningHub } from "./simulator.ts";
import type { RunningHubTaskView } from "./task.ts";

/** A simulator with a client and a webhook receiver. */
export class TestHub {
  constructor(readonly simulator: RunningHubSimulator, readonly receiver: Receiver) {}

  /** Posts JSON (or text as it is) and returns the answer, after checking that HTTP said 200. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.postRaw(path, body, headers);
    assert.equal(response.status, 200, await response.clone().text());
    return await response.json();
  }

  /** Posts JSON (or text as it is); the caller consumes the response. */
  async postRaw(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(this.simulator.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Uploads a file with the right key. */
  async upload(content: Uint8Array<ArrayBuffer>, name = "photo.png"): Promise<Answer> {
    const response = await this.uploadRaw(content, name);
    assert.equal(response.status, 200);
    return await response.json();
  }

  async uploadRaw(
    content: Uint8Array<ArrayBuffer>,
    name: string,
    key = this.simulator.apiKey,
  ): Promise<Response> {
    const form = new FormData();
    form.append("apiKey", key);
    form.append("file", new Blob([content]), name);
    form.append("fileType", "input");
    return await fetch(`${this.simulator.url}/task/openapi/upload`, { method: "POST", body: form });
  }

  /** Uploads a file and returns the name for nodes. */
  async uploaded(content: Uint8Array<ArrayBuffer>, name = "photo.png"): Promise<string> {
    const { data } = await this.upload(content, name);
    return (data as { fileName: string }).fileName;
  }

  /** The body of a valid ai-app/run; `change` overrides fields. */
  runBody(change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      webappId: "1877265245566922753",
      apiKey: this.simulator.apiKey,
      nodeInfoList: [{ nodeId: "122", fieldName: "prompt", fieldValue: "a girl in a room" }],
      ...change,
    };
  }

  async run(change: Record<string, unknown> = {}): Promise<Answer> {
    return await this.post("/task/openapi/ai-app/run", this.runBody(change));
  }

  /** Starts a task that must be accepted, and returns its id. */
  async started(change: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.run(change);
    assert.equal(answer.code, 0, JSON.stringify(answer));
    return (answer.data as { taskId: string }).taskId;
  }

  /** Asks one of the endpoints that take a key and a task id. */
  async ask(endpoint: "status" | "outputs" | "cancel" | "getWebhookDetail", taskId: string): Promise<Answer> {
    return await this.post(`/task/openapi/${endpoint}`, { apiKey: this.simulator.apiKey, taskId });
  }

  /** The task as it is now. */
  task(taskId: string): RunningHubTaskView {
    const found = this.simulator.tasks().find((task) => task.taskId === taskId);
    assert.ok(found, `there is no task ${taskId}`);
    return found;
  }

  /** Waits for the end of a task. */
  async ended(taskId: string): Promise<RunningHubTaskView> {
    await until(() => this.task(taskId).endedAt !== null);
    return this.task(taskId);
  }
}

/** What `taskCostTime` of an ended task must be: whole seconds. */
export function costTimeOf({ createdAt, endedAt }: RunningHubTaskView): number {
  assert.ok(endedAt, "the task has not ended");
  return Math.round((endedAt.getTime() - createdAt.getTime()) / 1000);
}

/** Runs a test against a fresh simulator whose tasks take 20 ms, and closes everything afterwards. */
export async function withHub(
  options: RunningHubOptions,
  test: (hub: TestHub) => Promise<void>,
): Promise<void> {
  const receiver = new Receiver();
  const simulator = await startRunningHub({ taskMs: 20, webhookRetryDelaysMs: [5, 5, 5], ...options });
  try {
    await test(new TestHub(simulator, receiver));
  } finally {
    await simulator.close();
    await receiver.close();
  }
}
