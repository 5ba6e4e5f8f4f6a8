/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type LocalServer, serveLocally } from "../kit/http_server.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { type InstagramOptions, type InstagramSimulator, startInstagram } from "./simulator.ts";

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one account. */
export class TestInstagram {
  token = "";
  /** The account's id. */
  account = "";
  /** What can be fetched, by path. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>([["/a.jpg", jpeg()], ["/b.jpg", jpeg()], [
    "/v.mp4",
    mp4(),
  ]]);
  readonly #server: LocalServer;

  constructor(readonly simulator: InstagramSimulator) {
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

  page(door: "facebook" | "instagram", more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(
      this.simulator.url + (door === "facebook" ? "/v27.0/dialog/oauth" : "/oauth/authorize"),
    );
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: door === "facebook"
        ? "instagram_basic,instagram_content_publish,pages_show_list,pages_read_engagement"
        : "instagram_business_basic,instagram_business_content_publish",
      state: "some state",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  /** A call; the token is in its parameters unless they have one. */
  async call(
    method: "GET" | "POST" | "DELETE",
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
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  get(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", `/v27.0${path}`, parameters);
  }

  post(path: string, parameters: Record<string, string> = {}, init: RequestInit = {}): Promise<Answer> {
    return this.call("POST", `/v27.0${path}`, parameters, init);
  }

  /** Asks for a container. @returns its id. */
  async container(parameters: Record<string, string>): Promise<string> {
    const { status, body } = await this.post(`/${this.account}/media`, parameters);
    assert.equal(status, 200, JSON.stringify(body));
    return body.id;
  }

  async status(container: string): Promise<{ status_code: string; status: string }> {
    return (await this.get(`/${container}`, { fields: "status_code,status" })).body;
  }

  /** Waits until a container is no longer in progress. @returns its status. */
  async ready(container: string): Promise<string> {
    await until(async () => (await this.status(container)).status_code !== "IN_PROGRESS");
    return (await this.status(container)).status_code;
  }

  publish(container: string, init: RequestInit = {}): Promise<Answer> {
    return this.post(`/${this.account}/media_publish`, { creation_id: container }, init);
  }

  /** An image, ready to be published. */
  async image(caption: string): Promise<string> {
    const id = await this.container({ image_url: this.file("/a.jpg"), caption });
    assert.equal(await this.ready(id), "FINISHED");
    return id;
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withInstagram(
  options: InstagramOptions,
  test: (instagram: TestInstagram) => Promise<void>,
): Promise<void> {
  const simulator = startInstagram({ processMs: 20, ...options });
  const instagram = new TestInstagram(simulator);
  try {
    const { access_token, account } = simulator.grant("ana");
    instagram.token = access_token;
    instagram.account = account.id;
    await test(instagram);
  } finally {
    await simulator.close();
    await instagram.closeFiles();
  }
}

/** What an error says: HTTP status, code and sub-code. */
export function errorOf({ status, body }: Answer): [number, number, number | undefined] {
  return [status, body.error.code, body.error.error_subcode];
}
