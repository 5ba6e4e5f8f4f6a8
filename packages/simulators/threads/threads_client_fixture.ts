/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type Answer, GraphClient } from "../graph/graph_client_fixture.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4 } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { startThreads, type ThreadsOptions, type ThreadsSimulator } from "./simulator.ts";

/** A simulator with a client of one account. */
export class TestThreads extends GraphClient<Fault, ThreadsSimulator> {
  /** The account's id. */
  account = "";

  constructor(simulator: ThreadsSimulator) {
    super(
      simulator,
      "v1.0",
      new Map<string, Uint8Array<ArrayBuffer>>([["/a.jpg", jpeg()], ["/v.mp4", mp4()]]),
    );
  }

  page(more?: Record<string, string>): URL {
    return this.signInPage("/oauth/authorize", "threads_basic,threads_content_publish", more);
  }

  /** What is said to a wish for a container. */
  ask(parameters: Record<string, string>): Promise<Answer> {
    return this.post(`/${this.account}/threads`, parameters);
  }

  /** Asks for a container. @returns its id. */
  async container(parameters: Record<string, string>): Promise<string> {
    const { status, body } = await this.ask(parameters);
    assert.equal(status, 200, JSON.stringify(body));
    return body.id;
  }

  async status(container: string): Promise<{ status: string; error_message?: string }> {
    return (await this.get(`/${container}`, { fields: "status,error_message" })).body;
  }

  /** Waits until a container is no longer in progress. @returns its status. */
  async ready(container: string): Promise<string> {
    await until(async () => (await this.status(container)).status !== "IN_PROGRESS");
    return (await this.status(container)).status;
  }

  publish(container: string, init: RequestInit = {}): Promise<Answer> {
    return this.post(`/${this.account}/threads_publish`, { creation_id: container }, init);
  }

  /** A text, ready to be published. */
  async text(text: string, more: Record<string, string> = {}): Promise<string> {
    const id = await this.container({ media_type: "TEXT", text, ...more });
    assert.equal(await this.ready(id), "FINISHED");
    return id;
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withThreads(
  options: ThreadsOptions,
  test: (threads: TestThreads) => Promise<void>,
): Promise<void> {
  const simulator = startThreads({ processMs: 20, ...options });
  const threads = new TestThreads(simulator);
  try {
    const { access_token, account } = simulator.grant("ana");
    threads.token = access_token;
    threads.account = account.id;
    await test(threads);
  } finally {
    await simulator.close();
    await threads.closeFiles();
  }
}
