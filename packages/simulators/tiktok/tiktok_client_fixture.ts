/** What the simulator's tests share: a client of the API. */
import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { parseExactJson } from "../kit/exact_json.ts";
import { agree, jpeg, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { startTikTok, type TikTokOptions, type TikTokSimulator } from "./simulator.ts";

export const SCOPES = "user.info.basic,video.publish,video.upload";
/** The least that a part may have, when it is not the whole. */
export const PART = 5 * 1024 * 1024;

/** An answer, read to its last digit. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A simulator with a client of one account. */
export class TestTikTok {
  token = "";

  constructor(readonly simulator: TikTokSimulator) {}

  /** The sign-in page, for this person and with these additions. */
  page(more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/v2/auth/authorize/`);
    const parameters = {
      response_type: "code",
      client_key: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: SCOPES,
      state: "some state",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  async askToken(form: Record<string, string>, path = "token"): Promise<Answer> {
    return await this.call(`/v2/oauth/${path}/`, {
      method: "POST",
      headers: { authorization: "" },
      body: new URLSearchParams({
        client_key: this.simulator.clientId,
        client_secret: this.simulator.clientSecret,
        ...form,
      }),
    });
  }

  async exchange(code: string, redirect_uri = REDIRECT_URI): Promise<Answer> {
    return await this.askToken({ grant_type: "authorization_code", code, redirect_uri });
  }

  /** Signs a person in, all the way. */
  async signIn(person = "ana"): Promise<Answer["body"]> {
    const back = await agree(this.page({ person }));
    const { status, body } = await this.exchange(back.searchParams.get("code") ?? "");
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
    const response = await fetch(new URL(path, this.simulator.url), { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const body = isJson ? parseExactJson(text) : text;
    return { status: response.status, headers: response.headers, body };
  }

  async post(path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
    return await this.call(`/v2/post/publish/${path}/`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=UTF-8" },
      body: JSON.stringify(body),
      ...init,
    });
  }

  async creator(): Promise<Answer> {
    return await this.post("creator_info/query", {});
  }

  /** Begins a video of so many bytes, in one part unless `count` says otherwise. */
  async begin(
    bytes: number,
    { title = "Hello", count = 1, privacy = "PUBLIC_TO_EVERYONE", ...more } = {},
  ): Promise<
    Answer
  > {
    const chunk = Math.floor(bytes / count);
    return await this.post("video/init", {
      post_info: { title, privacy_level: privacy, ...more },
      source_info: { source: "FILE_UPLOAD", video_size: bytes, chunk_size: chunk, total_chunk_count: count },
    });
  }

  async beginDraft(bytes: number): Promise<Answer> {
    return await this.post("inbox/video/init", {
      source_info: { source: "FILE_UPLOAD", video_size: bytes, chunk_size: bytes, total_chunk_count: 1 },
    });
  }

  async put(
    url: string,
    file: Uint8Array<ArrayBuffer>,
    from = 0,
    to = file.length,
    init: RequestInit = {},
  ): Promise<Answer> {
    return await this.call(url, {
      method: "PUT",
      headers: {
        authorization: "",
        "content-type": "video/mp4",
        "content-range": `bytes ${from}-${to - 1}/${file.length}`,
      },
      body: file.slice(from, to),
      ...init,
    });
  }

  /** Publishes a video in one part; returns its name. */
  async video(file: Uint8Array<ArrayBuffer>, more: Parameters<TestTikTok["begin"]>[1] = {}): Promise<string> {
    const { body } = await this.begin(file.length, more);
    assert.equal(body.error.code, "ok", JSON.stringify(body));
    assert.equal((await this.put(body.data.upload_url, file)).status, 201);
    return body.data.publish_id;
  }

  async photos(
    images: readonly string[],
    more: Record<string, unknown> = {},
    init: RequestInit = {},
  ): Promise<Answer> {
    return await this.post("content/init", {
      media_type: "PHOTO",
      post_mode: "DIRECT_POST",
      post_info: { description: "Photos", privacy_level: "PUBLIC_TO_EVERYONE" },
      source_info: { source: "PULL_FROM_URL", photo_images: images, photo_cover_index: 0 },
      ...more,
    }, init);
  }

  async status(publish_id: string): Promise<Answer["body"]> {
    return (await this.post("status/fetch", { publish_id })).body.data;
  }

  /** Waits until it is no longer processed. */
  async settled(publish_id: string): Promise<Answer["body"]> {
    let last: Answer["body"];
    await until(async () => {
      last = await this.status(publish_id);
      return !String(last.status).startsWith("PROCESSING");
    });
    return last;
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withTikTok(
  options: TikTokOptions,
  test: (tiktok: TestTikTok) => Promise<void>,
): Promise<void> {
  const requestLimits = { init: 1000, creator: 1000, status: 1000 };
  const simulator = startTikTok({ processMs: 10, moderateMs: 0, requestLimits, ...options });
  try {
    const tiktok = new TestTikTok(simulator);
    tiktok.token = simulator.grant("ana").access_token;
    await test(tiktok);
  } finally {
    await simulator.close();
  }
}

/** Serves photos, and closes the place afterwards. `photo`: what is answered on a path; default, a JPEG. */
export async function withPhotos(
  test: (url: string) => Promise<void>,
  photo: (path: string) => Response = () => new Response(jpeg()),
): Promise<void> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => photo(new URL(url).pathname),
  );
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}
