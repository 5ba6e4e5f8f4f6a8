/** What the simulators' tests share: a webhook receiver and waiting with a deadline. */
import assert from "node:assert/strict";
import { type LocalServer, serveLocally } from "./http_server.ts";

const WAIT_MS = 5_000;

/** One request that the receiver got. */
export interface Received {
  /** Path and query. */
  readonly path: string;
  readonly body: string;
  readonly headers: Headers;
}

/** Takes webhooks. */
export class Receiver {
  readonly received: Received[] = [];
  /** How requests are answered; `n` counts from 1. */
  answer: (n: number, received: Received) => Response | Promise<Response> = () => new Response("ok");
  readonly #server: LocalServer;

  constructor() {
    this.#server = serveLocally(async (request) => {
      const { pathname, search } = new URL(request.url);
      const received = { path: pathname + search, body: await request.text(), headers: request.headers };
      this.received.push(received);
      return await this.answer(this.received.length, received);
    });
  }

  url(path = "/hook"): string {
    return this.#server.url + path;
  }

  /** Waits until as many webhooks have come, and returns the last of them. */
  async got(count: number): Promise<Received> {
    await until(() => this.received.length >= count);
    const last = this.received[count - 1];
    assert.ok(last);
    return last;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

/** Polls until the condition holds. @throws AssertionError when it does not within `ms`, by default 5 s. */
export async function until(condition: () => boolean | Promise<boolean>, ms = WAIT_MS): Promise<void> {
  const deadline = Date.now() + ms;
  while (!await condition()) {
    assert.ok(Date.now() < deadline, `the condition did not come true within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
