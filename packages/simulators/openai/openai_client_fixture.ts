/** What the simulator's tests share: a client of the API. */
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import type { TaskView } from "../kit/task_view.ts";
import type { Fault } from "./faults.ts";
import { type OpenAiOptions, type OpenAiSimulator, startOpenAi } from "./simulator.ts";

/** A valid request. */
export const REQUEST = { model: "gpt-4o-mini-tts", voice: "coral", input: "Good morning" };

/** What an error says. */
export interface Problem {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** A simulator with a client. */
export class TestOpenAi {
  constructor(readonly simulator: OpenAiSimulator) {}

  /** Asks for speech; `body` as it is if it is text, else as JSON. */
  async speak(body: unknown = REQUEST, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${this.simulator.apiKey}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return await fetch(`${this.simulator.url}/v1/audio/speech`, {
      method: "POST",
      ...init,
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Asks for a speech under these faults. */
  async speakUnder(...faults: Fault[]): Promise<Response> {
    for (const fault of faults) this.simulator.misbehave({ fault });
    return await this.speak();
  }

  /** Asks, and expects an error. @returns its status and what it says. */
  async refused(body?: unknown, init?: RequestInit): Promise<Problem & { status: number }> {
    const response = await this.speak(body, init);
    const { error } = await response.json();
    return { status: response.status, ...error };
  }

  /** The one speech there is. */
  only(): TaskView {
    const [task, ...others] = this.simulator.tasks();
    assert.ok(task && others.length === 0, `${others.length + (task ? 1 : 0)} speeches`);
    return task;
  }

  /** Waits until a speech has begun. */
  async begun(): Promise<void> {
    await until(() => this.simulator.tasks().length > 0);
  }
}

/** Runs a test against a fresh simulator whose speeches take 20 ms, and closes it afterwards. */
export async function withOpenAi(
  options: OpenAiOptions,
  test: (openai: TestOpenAi) => Promise<void>,
): Promise<void> {
  const simulator = startOpenAi({ taskMs: 20, ...options });
  try {
    await test(new TestOpenAi(simulator));
  } finally {
    await simulator.close();
  }
}
