/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type LocalServer, serveLocally } from "../kit/http_server.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4, REDIRECT_URI } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { type FacebookOptions, type FacebookSimulator, startFacebook } from "./simulator.ts";

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  body: any;
}

/** A film of this size, as far as its header says it. */
export function filmOf(width: number, height: number, bytes = 4_096): Uint8Array<ArrayBuffer> {
  const film = mp4(bytes);
  film.set(new TextEncoder().encode("tkhd"), 40);
  film.fill(0, 44, 44 + 84);
  new DataView(film.buffer).setUint16(44 + 76, width);
  new DataView(film.buffer).setUint16(44 + 80, height);
  return film;
}

/** A simulator with a client of one page. */
export class TestFacebook {
  token = "";
  /** The page's id. */
  page = "";
  /** What can be fetched, by path. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>([
    ["/a.jpg", jpeg()],
    ["/b.jpg", jpeg()],
    ["/v.mp4", mp4(100_000)],
    ["/upright.mp4", filmOf(1080, 1920)],
  ]);
  readonly #server: LocalServer;

  constructor(readonly simulator: FacebookSimulator) {
    this.#server = serveLocally((request) => {
      const file = this.files.get(new URL(request.url).pathname);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? NaN);
      if (!file) return new Response("", { status: 404 });
      return Number.isNaN(from) ? new Response(file) : new Response(file.subarray(from), { status: 206 });
    });
  }

  file(path: string): string {
    return this.#server.url + path;
  }

  async closeFiles(): Promise<void> {
    await this.#server.close();
  }

  dialog(more: Record<string, string> = { person: "ana" }): URL {
    const url = new URL(`${this.simulator.url}/v27.0/dialog/oauth`);
    const parameters = {
      response_type: "code",
      client_id: this.simulator.clientId,
      redirect_uri: REDIRECT_URI,
      scope: "pages_show_list,pages_manage_posts,pages_read_engagement",
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
    return await read(await fetch(url, { method, ...method === "GET" ? {} : { body: all }, ...init }));
  }

  get(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    return this.call("GET", `/v27.0${path}`, parameters);
  }

  post(path: string, parameters: Record<string, string> = {}, init: RequestInit = {}): Promise<Answer> {
    return this.call("POST", `/v27.0${path}`, parameters, init);
  }

  text(message: string, init: RequestInit = {}): Promise<Answer> {
    return this.post(`/${this.page}/feed`, { message }, init);
  }

  /** Hands a photo over that nobody sees. @returns its id. */
  async photo(path = "/a.jpg"): Promise<string> {
    const { status, body } = await this.post(`/${this.page}/photos`, {
      url: this.file(path),
      published: "false",
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body.id;
  }

  /** Begins an upload. @returns the video's id and where it is handed in. */
  async start(edge = "video_reels"): Promise<{ video_id: string; upload_url: string }> {
    return (await this.post(`/${this.page}/${edge}`, { upload_phase: "start" })).body;
  }

  async handIn(upload_url: string, path = "/v.mp4"): Promise<Answer> {
    const headers = { authorization: `OAuth ${this.token}`, file_url: this.file(path) };
    return await read(await fetch(upload_url, { method: "POST", headers }));
  }

  finish(video_id: string, description: string, edge = "video_reels"): Promise<Answer> {
    return this.post(`/${this.page}/${edge}`, {
      upload_phase: "finish",
      video_id,
      video_state: "PUBLISHED",
      description,
    });
  }

  /** The phases of a video, and its word. */
  async phases(video: string): Promise<string[]> {
    const { body: { status } } = await this.get(`/${video}`, { fields: "status" });
    const { uploading_phase, processing_phase, publishing_phase, video_status } = status;
    return [uploading_phase.status, processing_phase.status, publishing_phase.status, video_status];
  }

  /** A reel that is handed in, processed and not published. */
  async reel(path = "/v.mp4"): Promise<string> {
    const { video_id, upload_url } = await this.start();
    assert.equal((await this.handIn(upload_url, path)).status, 200);
    await until(async () => (await this.phases(video_id))[1] !== "in_progress");
    return video_id;
  }

  under(...faults: Fault[]): void {
    for (const fault of faults) this.simulator.misbehave({ fault });
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Runs a test against a fresh simulator with Ana signed in, and closes it afterwards. */
export async function withFacebook(
  options: FacebookOptions,
  test: (facebook: TestFacebook) => Promise<void>,
): Promise<void> {
  const simulator = startFacebook({ processMs: 20, ...options });
  const facebook = new TestFacebook(simulator);
  try {
    const { access_token, account } = simulator.grant("ana");
    facebook.token = access_token;
    facebook.page = account.id;
    await test(facebook);
  } finally {
    await simulator.close();
    await facebook.closeFiles();
  }
}

/** What an error says: HTTP status, code and sub-code. */
export function errorOf({ status, body }: Answer): [number, number, number | undefined] {
  return [status, body.error.code, body.error.error_subcode];
}
