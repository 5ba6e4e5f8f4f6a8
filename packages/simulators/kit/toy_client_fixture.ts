/** A client of the toy, for the kit's tests. */
import assert from "node:assert/strict";
import type { KitOptions } from "./provider.ts";
import { Receiver, until } from "./receiver_fixture.ts";
import type { Simulator } from "./simulator.ts";
import type { TaskView } from "./task_view.ts";
import { startToy, type ToyFault } from "./toy_fixture.ts";

/** What the toy says of a task. */
export interface Told {
  id: string;
  status: string;
  outputs: string[];
  error: string | null;
}

/** A toy with a client and a webhook receiver. */
export class TestToy {
  constructor(readonly simulator: Simulator<ToyFault>, readonly receiver: Receiver) {}

  /** Adds faults that strike everything. */
  under(...faults: ToyFault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }

  submit(text = "a cat", more: { after?: string } = {}, init: RequestInit = {}): Promise<Response> {
    const body = JSON.stringify({ text, webhook: this.receiver.url(), ...more });
    return fetch(`${this.simulator.url}/tasks`, { method: "POST", body, ...init });
  }

  /** Submits what must be accepted, and returns the task's id. */
  async submitted(text?: string, more?: { after?: string }): Promise<string> {
    const response = await this.submit(text, more);
    assert.equal(response.status, 200);
    return (await response.json()).id;
  }

  async poll(id: string): Promise<Told> {
    return await (await fetch(`${this.simulator.url}/tasks/${id}`)).json();
  }

  view(id: string): TaskView {
    const found = this.simulator.tasks().find((task) => task.id === id);
    assert.ok(found, `there is no task ${id}`);
    return found;
  }

  /** Waits for the end of a task. */
  async ended(id: string): Promise<TaskView> {
    await until(() => this.view(id).endedAt !== null);
    return this.view(id);
  }

  /** What the webhooks that came so far say. */
  told(): Told[] {
    return this.receiver.received.map(({ body }) => JSON.parse(body));
  }
}

/** Runs a test against a fresh toy whose tasks take 20 ms, and closes everything afterwards. */
export async function withToy(options: KitOptions, test: (toy: TestToy) => Promise<void>): Promise<void> {
  const receiver = new Receiver();
  const simulator = startToy(options);
  try {
    await test(new TestToy(simulator, receiver));
  } finally {
    await simulator.close();
    await receiver.close();
  }
}
