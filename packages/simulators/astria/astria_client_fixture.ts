/** What the simulator's tests share: a client of the API, a callback receiver and pictures to train on. */
import assert from "node:assert/strict";
import { generatedFile } from "../kit/generated_files.ts";
import { serveLocally } from "../kit/http_server.ts";
import { Receiver, until } from "../kit/receiver_fixture.ts";
import type { TaskView } from "../kit/task_view.ts";
import type { Fault } from "./faults.ts";
import { type AstriaOptions, type AstriaSimulator, startAstria } from "./simulator.ts";

/** An answer; `body` is null where there is none. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
}

/** A simulator with a client, a callback receiver and a server of pictures. */
export class TestAstria {
  constructor(
    readonly simulator: AstriaSimulator,
    readonly receiver: Receiver,
    /** Serves a picture at every path but `/missing`. */
    readonly pictures: string,
  ) {}

  /** Sends a request with the right key; a body as JSON. */
  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key = this.simulator.apiKey,
  ): Promise<Answer<Body>> {
    const response = await fetch(this.simulator.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) },
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("<") ? text : JSON.parse(text || "null") };
  }

  /** A valid body of `POST /tunes`. */
  tune(change: Record<string, unknown> = {}): { tune: Record<string, unknown> } {
    return {
      tune: {
        title: crypto.randomUUID(),
        name: "woman",
        branch: "fast",
        token: "ohwx",
        image_urls: [`${this.pictures}/1.png`, `${this.pictures}/2.png`],
        callback: this.receiver.url("/job/token"),
        ...change,
      },
    };
  }

  /** Makes a tune that must be accepted, under these faults, and returns its id. */
  async made(change: Record<string, unknown> = {}, ...faults: Fault[]): Promise<number> {
    for (const fault of faults) this.simulator.misbehave({ times: 1, fault });
    const { status, body } = await this.call("POST", "/tunes", this.tune(change));
    assert.equal(status, 201, JSON.stringify(body));
    return Number(body.id);
  }

  /** What GET shows of a tune that must be there. */
  async shown(id: number): Promise<Record<string, unknown>> {
    const { status, body } = await this.call("GET", `/tunes/${id}`);
    assert.equal(status, 200);
    return body;
  }

  /** Waits for the end of a tune or prompt. */
  async ended(id: number): Promise<TaskView> {
    await until(() => this.view(id).endedAt !== null);
    return this.view(id);
  }

  view(id: number): TaskView {
    const found = this.simulator.tasks().find((task) => task.id === String(id));
    assert.ok(found, `there is no ${id}`);
    return found;
  }
}

/** Runs a test against a fresh simulator whose tunes take 20 ms, and closes everything afterwards. */
export async function withAstria(
  options: AstriaOptions,
  test: (astria: TestAstria) => Promise<void>,
): Promise<void> {
  const receiver = new Receiver();
  const pictures = serveLocally((request) =>
    request.url.endsWith("/missing")
      ? new Response(null, { status: 404 })
      : new Response(generatedFile(request.url, "image/png") as Uint8Array<ArrayBuffer>)
  );
  const simulator = startAstria({ taskMs: 20, ...options });
  try {
    await test(new TestAstria(simulator, receiver, pictures.url));
  } finally {
    await simulator.close();
    await receiver.close();
    await pictures.close();
  }
}
