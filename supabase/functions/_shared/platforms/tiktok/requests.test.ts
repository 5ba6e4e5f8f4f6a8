/** Each request as TikTok is sent it, word for word. */
import assert from "node:assert/strict";
import { jsonOf, type Recorded } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, mediaOf } from "../kit/work_fixture.ts";
import type { PublicationWork } from "../platform.ts";
import { prepareCommit } from "./commit.ts";
import {
  creatorInfo,
  fakeTikTok,
  ok,
  photoWork,
  prepareAll,
  PUBLISH_ID,
  statusOf,
  takingParts,
  videoWork,
} from "./fake_tiktok.ts";
import { observePost } from "./observe.ts";

const ALL = {
  privacy: "MUTUAL_FOLLOW_FRIENDS",
  allowComments: true,
  allowDuet: true,
  coverTimestampMs: 1500,
  brandedContent: true,
  ownBrand: true,
  madeWithAi: true,
};
const POST = { content: { caption: "Olá #mar", settings: ALL } };
const signal = () => new AbortController().signal;

function isAnas({ headers }: Recorded): boolean {
  return headers.get("authorization") === `Bearer ${ACCESS_TOKEN}` &&
    headers.get("content-type") === "application/json; charset=UTF-8";
}

/** Prepares and commits; returns the facts. */
async function publish(work: PublicationWork): Promise<void> {
  const { facts } = await prepareAll(work);
  await prepareCommit({ ...work, facts }).send(signal());
}

Deno.test("a direct video: what its settings say, and what they leave out is not allowed", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  await publish(videoWork(server.url, POST));
  const [request] = server.asked("direct");
  assert.ok(request && isAnas(request));
  assert.deepEqual(jsonOf(request), {
    post_info: {
      title: "Olá #mar",
      privacy_level: "MUTUAL_FOLLOW_FRIENDS",
      disable_comment: false,
      disable_duet: false,
      disable_stitch: true,
      video_cover_timestamp_ms: 1500,
      brand_content_toggle: true,
      brand_organic_toggle: true,
      is_aigc: true,
    },
    source_info: {
      source: "FILE_UPLOAD",
      video_size: 11_534_336,
      chunk_size: 5_767_168,
      total_chunk_count: 2,
    },
  });
});

Deno.test("a direct video with nothing but its privacy", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  await publish(videoWork(server.url, { media: [mediaOf("video/quicktime", 1000)] }));
  assert.deepEqual(jsonOf(server.asked("direct")[0]!), {
    post_info: {
      title: "Hello",
      privacy_level: "PUBLIC_TO_EVERYONE",
      disable_comment: true,
      disable_duet: true,
      disable_stitch: true,
      brand_content_toggle: false,
      brand_organic_toggle: false,
      is_aigc: false,
    },
    source_info: { source: "FILE_UPLOAD", video_size: 1000, chunk_size: 1000, total_chunk_count: 1 },
  });
});

Deno.test("a draft of a video is its file alone, and nobody asks what the account may choose", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  await publish(videoWork(server.url, { content: { settings: { mode: "draft" } } }));
  assert.deepEqual(jsonOf(server.asked("draft")[0]!), {
    source_info: {
      source: "FILE_UPLOAD",
      video_size: 11_534_336,
      chunk_size: 5_767_168,
      total_chunk_count: 2,
    },
  });
  assert.deepEqual([server.asked("creator").length, server.asked("direct").length], [0, 0]);
});

Deno.test("parts go to the address that TikTok named, with their places, and without an access", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  await publish(videoWork(server.url, POST));
  const parts = server.asked("part").map(({ headers, query, bytes }) => ({
    range: headers.get("content-range"),
    type: headers.get("content-type"),
    access: headers.get("authorization"),
    token: query.get("upload_token"),
    bytes: bytes.length,
  }));
  const common = { type: "video/mp4", access: null, token: "upload-token-9d7e30b5" };
  assert.deepEqual(parts, [
    { ...common, range: "bytes 0-5767167/11534336", bytes: 5_767_168 },
    { ...common, range: "bytes 5767168-11534335/11534336", bytes: 5_767_168 },
  ]);
});

Deno.test("direct photos, fetched from addresses that are signed", async () => {
  await using server = fakeTikTok();
  server.answer("creator", creatorInfo());
  server.answer("photos", ok({ publish_id: "p_pub_url~v2.1" }));
  const settings = {
    privacy: "SELF_ONLY",
    allowComments: true,
    title: "Uma viagem",
    coverIndex: 1,
    autoAddMusic: true,
    ownBrand: true,
  };
  await publish(photoWork(server.url, { content: { caption: "Duas fotos", settings } }));
  const [request] = server.asked("photos");
  assert.ok(request && isAnas(request));
  assert.deepEqual(jsonOf(request), {
    media_type: "PHOTO",
    source_info: {
      source: "PULL_FROM_URL",
      photo_images: ["https://files.example/1?token=signed-1", "https://files.example/2?token=signed-2"],
      photo_cover_index: 1,
    },
    post_mode: "DIRECT_POST",
    post_info: {
      title: "Uma viagem",
      description: "Duas fotos",
      privacy_level: "SELF_ONLY",
      disable_comment: false,
      auto_add_music: true,
      brand_content_toggle: false,
      brand_organic_toggle: true,
    },
  });
});

Deno.test("a draft of photos has its words, and nothing that is chosen in TikTok", async () => {
  await using server = fakeTikTok();
  server.answer("photos", ok({ publish_id: "p_inbox_url~v2.1" }));
  await publish(photoWork(server.url, { content: { settings: { mode: "draft" } } }));
  assert.deepEqual(jsonOf(server.asked("photos")[0]!), {
    media_type: "PHOTO",
    source_info: {
      source: "PULL_FROM_URL",
      photo_images: ["https://files.example/1?token=signed-1", "https://files.example/2?token=signed-2"],
      photo_cover_index: 0,
    },
    post_mode: "MEDIA_UPLOAD",
    post_info: { description: "Hello" },
  });
  assert.equal(server.asked("creator").length, 0);
});

Deno.test("what becomes of it is asked for by the name that TikTok gave, of the version that the row says", async () => {
  await using server = fakeTikTok();
  server.answer("status", statusOf("PROCESSING_UPLOAD"));
  server.answer("POST /v3/post/publish/status/fetch/" as "status", statusOf("PROCESSING_UPLOAD"));
  const work = videoWork(server.url);
  await observePost(work, `publish:${PUBLISH_ID}`);
  await observePost({ ...work, app: { ...work.app, apiVersion: "v3" } }, `publish:${PUBLISH_ID}`);
  assert.deepEqual(jsonOf(server.asked("status")[0]!), { publish_id: PUBLISH_ID });
  assert.deepEqual(server.requests.map(({ path }) => path.split("/")[1]), ["v2", "v3"]);
});
