/** What the simulator's tests share: a client of the API. */
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { agree, pkce, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { startYouTube, type YouTubeOptions, type YouTubeSimulator } from "./simulator.ts";
import { READ, UPLOAD } from "./world.ts";

export const UNIT = 256 * 1024;

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one channel. */
export class TestYouTube {
  token = "";

  constructor(readonly simulator: YouTubeSimulator) {}

  /** The sign-in page, for this person and with these additions. */
  page(challenge: string, more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/o/oauth2/v2/auth`);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: `${UPLOAD} ${READ}`,
      state: "some state",
      access_type: "offline",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  async askToken(form: Record<string, string>, secret = this.simulator.clientSecret): Promise<Answer> {
    const body = new URLSearchParams({
      client_id: this.simulator.clientId,
      client_secret: secret,
      ...form,
    });
    return await this.call("/token", { method: "POST", body });
  }

  /** Signs a person in, all the way. */
  async signIn(more: Record<string, string> = { person: "ana", prompt: "consent" }): Promise<Answer["body"]> {
    const { verifier, challenge } = pkce();
    const back = await agree(this.page(challenge, more));
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

  /** Any request; with the channel's token unless it has a header of its own. */
  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${this.token}`);
    const url = path.startsWith("http") ? path : this.simulator.url + path;
    const response = await fetch(url, { redirect: "manual", ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Begins a session; `video` is what is said of it. */
  async insert(
    bytes: number,
    video: Record<string, unknown> = {},
    part = "snippet,status",
  ): Promise<Answer> {
    const body = JSON.stringify({
      snippet: { title: "The sea", description: "A day by the sea" },
      status: { privacyStatus: "private" },
      ...video,
    });
    return await this.call(`/upload/youtube/v3/videos?uploadType=resumable&part=${part}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-upload-content-length": String(bytes),
        "x-upload-content-type": "video/mp4",
      },
      body,
    });
  }

  /** The address of a new session. */
  async session(bytes: number, video: Record<string, unknown> = {}): Promise<string> {
    const { status, headers, body } = await this.insert(bytes, video);
    assert.equal(status, 200, JSON.stringify(body));
    return headers.get("location") ?? "";
  }

  /** Sends the bytes of a video from one place to another. */
  async piece(
    uri: string,
    video: Uint8Array<ArrayBuffer>,
    from = 0,
    to = video.length,
    init: RequestInit = {},
  ): Promise<Answer> {
    return await this.call(uri, {
      method: "PUT",
      headers: { "content-range": `bytes ${from}-${to - 1}/${video.length}` },
      body: video.slice(from, to),
      ...init,
    });
  }

  async probe(uri: string, bytes: number): Promise<Answer> {
    return await this.call(uri, { method: "PUT", headers: { "content-range": `bytes */${bytes}` } });
  }

  async video(id: string): Promise<Answer["body"]> {
    const { body } = await this.call(`/youtube/v3/videos?part=status,processingDetails&id=${id}`);
    return body.items[0];
  }

  async thumbnail(id: string, image: Uint8Array<ArrayBuffer>): Promise<Answer> {
    return await this.call(`/upload/youtube/v3/thumbnails/set?videoId=${id}&uploadType=media`, {
      method: "POST",
      headers: { "content-type": "image/jpeg" },
      body: image,
    });
  }

  /** Waits until a video is no longer processed. */
  async settled(id: string): Promise<Answer["body"]> {
    await until(async () => (await this.video(id))?.status.uploadStatus !== "uploaded");
    return await this.video(id);
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withYouTube(
  options: YouTubeOptions,
  test: (youtube: TestYouTube) => Promise<void>,
): Promise<void> {
  const simulator = startYouTube({ processMs: 20, ...options });
  try {
    const youtube = new TestYouTube(simulator);
    youtube.token = simulator.grant("ana").access_token;
    await test(youtube);
  } finally {
    await simulator.close();
  }
}

/** Why something was refused. */
export function reasonOf({ status, body }: Answer): [number, string | undefined] {
  return [status, body?.error?.errors?.[0]?.reason];
}
