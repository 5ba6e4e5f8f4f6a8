/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type LocalServer, serveLocally } from "../kit/http_server.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { startThreads, type ThreadsOptions, type ThreadsSimulator } from "./simulator.ts";

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one account. */
export class TestThreads {
  token = "";
  /** The account's id. */
  account = "";
  /** What can be fetched, by path. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>([["/a.jpg", jpeg()], ["/v.mp4", mp4()]]);
  readonly #server: LocalServer;

  constructor(readonly simulator: ThreadsSimulator) {
    this.#server = serveLocally((request) => {
      const file = this.files.get(new URL(request.url).pathname);
      return file ? new Response(file) : new Response("", { status: 404 });
    });
  }

  file(path: string): string {
    return this.#server.url + path;
  }

  async closeFiles(): Promise<void> {
    await this.#server.close();
  }

  page(more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/oauth/authorize`);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: "threads_basic,threads_content_publish",
      state: "some state",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  /** A call; the token is in its parameters unless they have one. */
  async call(
    method: "GET" | "POST",
    path: string,
    parameters: Record<string, string> = {},
    init: RequestInit = {},
  ): Promise<Answer> {
    const url = new URL(this.simulator.url + path);
    const all = new URLSearchParams({ access_token: this.token, ...parameters });
    if (method === "GET") url.search = all.toString();
    const response = await fetch(url, { method, ...method === "GET" ? {} : { body: all }, ...init });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const body = isJson ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, text, body };
  }

  get(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", `/v1.0${path}`, parameters);
  }

  post(path: string, parameters: Record<string, string> = {}, init: RequestInit = {}): Promise<Answer> {
    return this.call("POST", `/v1.0${path}`, parameters, init);
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

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
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

/** What an error says: HTTP status, code and sub-code. */
export function errorOf({ status, body }: Answer): [number, number, number | undefined] {
  return [status, body.error.code, body.error.error_subcode];
}
