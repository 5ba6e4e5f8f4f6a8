/** What the simulator's tests share: a client of the API, and a place where media lie. */
import assert from "node:assert/strict";
import { type Answer, GraphClient, read } from "../graph/graph_client_fixture.ts";
import { until } from "../kit/receiver_fixture.ts";
import { jpeg, mp4 } from "../social/sign_in_fixture.ts";
import type { Fault } from "./faults.ts";
import { type FacebookOptions, type FacebookSimulator, startFacebook } from "./simulator.ts";

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
export class TestFacebook extends GraphClient<Fault, FacebookSimulator> {
  /** The page's id. */
  page = "";

  constructor(simulator: FacebookSimulator) {
    super(
      simulator,
      "v27.0",
      new Map<string, Uint8Array<ArrayBuffer>>([
        ["/a.jpg", jpeg()],
        ["/b.jpg", jpeg()],
        ["/v.mp4", mp4(100_000)],
        ["/upright.mp4", filmOf(1080, 1920)],
      ]),
    );
  }

  dialog(more?: Record<string, string>): URL {
    const scope = "pages_show_list,pages_manage_posts,pages_read_engagement";
    return this.signInPage("/v27.0/dialog/oauth", scope, more);
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
