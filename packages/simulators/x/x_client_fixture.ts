/** What the simulator's tests share: a client of the API. */
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { agree, pkce, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { startX, type XOptions, type XSimulator } from "./simulator.ts";

export const SCOPES = "tweet.read tweet.write users.read media.write offline.access";

/** What a token request is answered. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  scope: string;
}

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one account. */
export class TestX {
  token = "";

  constructor(readonly simulator: XSimulator) {}

  /** The sign-in page, for this person and with these additions. */
  page(challenge: string, more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/i/oauth2/authorize`);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: SCOPES,
      state: "some state",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  /** Asks the token endpoint, as a confidential app does. */
  async askToken(form: Record<string, string>, secret = this.simulator.clientSecret): Promise<Answer> {
    return await this.call("/2/oauth2/token", {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${this.simulator.clientId}:${secret}`)}` },
      body: new URLSearchParams(form),
    });
  }

  /** Signs a person in, all the way. */
  async signIn(person = "ana"): Promise<Tokens> {
    const { verifier, challenge } = pkce();
    const back = await agree(this.page(challenge, { person }));
    assert.equal(back.searchParams.get("state"), "some state");
    const { status, body } = await this.askToken({
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    });
    assert.equal(status, 200, JSON.stringify(body));
    this.token = body.access_token;
    return body;
  }

  async refresh(refresh_token = ""): Promise<Answer> {
    return await this.askToken({ grant_type: "refresh_token", refresh_token });
  }

  /** Any request; with the account's token unless it has a header of its own. */
  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${this.token}`);
    const response = await fetch(this.simulator.url + path, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async post(path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
    return await this.call(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...init,
    });
  }

  async tweet(text: string, media_ids?: string[], init: RequestInit = {}): Promise<Answer> {
    return await this.post("/2/tweets", { text, ...media_ids ? { media: { media_ids } } : {} }, init);
  }

  /** Sends a file in pieces of this size. @returns its id. */
  async upload(
    bytes: Uint8Array<ArrayBuffer>,
    { category = "tweet_video", type = "video/mp4", piece = 1024 } = {},
  ): Promise<string> {
    const begun = await this.post("/2/media/upload/initialize", {
      media_type: type,
      total_bytes: bytes.length,
      media_category: category,
    });
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    const { id } = begun.body.data;
    for (let at = 0, n = 0; at < bytes.length; at += piece, n++) {
      assert.equal((await this.append(id, n, bytes.slice(at, at + piece))).status, 200);
    }
    return id;
  }

  async append(id: string, index: number, piece: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const body = new FormData();
    body.set("segment_index", String(index));
    body.set("media", new Blob([piece]), "blob");
    return await this.call(`/2/media/upload/${id}/append`, { method: "POST", body });
  }

  async finalize(id: string): Promise<Answer> {
    return await this.call(`/2/media/upload/${id}/finalize`, { method: "POST" });
  }

  async status(id: string): Promise<Answer> {
    return await this.call(`/2/media/upload?command=STATUS&media_id=${id}`);
  }

  /** Finishes a file and waits until it is processed. */
  async ready(id: string): Promise<void> {
    assert.equal((await this.finalize(id)).status, 200);
    await until(async () => (await this.status(id)).body.data.processing_info?.state !== "pending");
    await until(async () => (await this.status(id)).body.data.processing_info?.state !== "in_progress");
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withX(options: XOptions, test: (x: TestX) => Promise<void>): Promise<void> {
  const simulator = startX({ processMs: 20, ...options });
  try {
    const x = new TestX(simulator);
    x.token = simulator.grant("ana").access_token;
    await test(x);
  } finally {
    await simulator.close();
  }
}
