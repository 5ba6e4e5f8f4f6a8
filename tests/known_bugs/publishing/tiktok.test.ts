/** Accidents 2 to 8 of others who publish to TikTok (docs/platforms/accidents.md), and that they are none here. */
import assert from "node:assert/strict";
import { checkOption } from "../../../shared/publishing/check_option.ts";
import type { PublicationContent } from "../../../shared/publishing/content.ts";
import { TIKTOK_RULES } from "../../../shared/publishing/tiktok_rules.ts";
import { TIKTOK_SETTINGS } from "../../../shared/publishing/tiktok_settings.ts";
import type { MediaProbe } from "../../../shared/requests/requests_publications.ts";
import type { Option } from "../../../shared/words/platforms.ts";
import { fakePlatform } from "../../../supabase/functions/_shared/platforms/kit/fake_platform.ts";
import {
  appAt,
  contentOf,
  errorOf,
  mediaOf,
  publicationAt,
} from "../../../supabase/functions/_shared/platforms/kit/work_fixture.ts";
import type { PublicationWork } from "../../../supabase/functions/_shared/platforms/platform.ts";
import { tiktok } from "../../../supabase/functions/_shared/platforms/tiktok/tiktok.ts";
import { jsonOf } from "../../../supabase/functions/_shared/runtime/fake_runtime.ts";

const NEVER_ABORTED = new AbortController().signal;
const NAME = "v_pub_file~v2.7245567890123456789";
const ok = (data: unknown) => ({ data, error: { code: "ok", message: "", log_id: "1" } });
const CREATOR = {
  creator_nickname: "Ana",
  creator_username: "ana",
  privacy_level_options: ["PUBLIC_TO_EVERYONE", "SELF_ONLY"],
  comment_disabled: false,
  duet_disabled: true,
  stitch_disabled: false,
  max_video_post_duration_sec: 60,
};
const FILM = mediaOf("video/mp4", 12 * 1024 * 1024 + 7, { name: "film.mp4" });
const PHOTO = mediaOf("image/jpeg", 900, { url: () => Promise.resolve("https://files.example/a.jpg") });

/** A TikTok of which each endpoint is named by its last words. */
function fakeTikTok() {
  const server = fakePlatform(({ method, path }) => {
    if (method === "PUT") return "part";
    return /^\/v2\/post\/publish\/(.+)\/$/.exec(path)?.[1] ?? path;
  }, () => Response.json({ error: { code: "invalid_params", message: "?" } }, { status: 400 }));
  server.answer("creator_info/query", ok(CREATOR));
  const begun = ok({
    publish_id: NAME,
    upload_url: `${server.url}/upload?upload_id=77&token=secret-of-upload`,
  });
  server.answer("video/init", begun);
  server.answer("inbox/video/init", begun);
  server.answer("content/init", ok({ publish_id: NAME }));
  server.answer("part", () => new Response(null, { status: 206 }));
  return server;
}

function workAt(
  url: string,
  option: Option,
  settings: Record<string, unknown>,
  work: Parameters<typeof publicationAt>[2] & { content?: Partial<PublicationContent> } = {},
): PublicationWork {
  const media = work.media ?? (option === "tiktok_photo" ? [PHOTO, PHOTO] : [FILM]);
  const mediaFiles = media.map(({ name, bytes, contentType }) => ({
    name,
    size: bytes,
    type: contentType,
    path: name,
  }));
  return publicationAt(option, url, {
    app: appAt(option, url, { apiVersion: "v2" }),
    connection: { externalId: "ana", displayName: "Ana", settings: {}, scopes: [] },
    ...work,
    media,
    content: { caption: "A day by the sea", settings, mediaFiles, ...work.content },
  });
}

/** Prepares until it is ready, each act's facts kept; returns the work as it is then. */
async function prepared(work: PublicationWork): Promise<PublicationWork> {
  for (let acts = 0; acts < 20; acts++) {
    const step = await tiktok.prepare(work, NEVER_ABORTED);
    work = { ...work, facts: { ...work.facts, ...step.facts } };
    if (step.state === "ready") return work;
  }
  throw new Error("it is prepared for ever");
}

const FILE = { source: "FILE_UPLOAD", video_size: FILM.bytes };
const PICTURES = {
  source: "PULL_FROM_URL",
  photo_images: ["https://files.example/a.jpg", "https://files.example/a.jpg"],
  photo_cover_index: 0,
};

Deno.test("accident 2: what is said of a post is sent whole in each mode, to the word", async () => {
  await using server = fakeTikTok();
  const direct = { privacy: "SELF_ONLY", allowComments: true, madeWithAi: true, coverTimestampMs: 1500 };
  await prepared(workAt(server.url, "tiktok_video", direct));
  const { source_info, ...said } = jsonOf(server.asked("video/init")[0]!);
  assert.deepEqual(said, {
    post_info: {
      title: "A day by the sea",
      privacy_level: "SELF_ONLY",
      disable_comment: false,
      disable_duet: true,
      disable_stitch: true,
      video_cover_timestamp_ms: 1500,
      brand_content_toggle: false,
      brand_organic_toggle: false,
      is_aigc: true,
    },
  });
  assert.deepEqual({ ...source_info as object, ...FILE }, source_info);

  await prepared(workAt(server.url, "tiktok_video", { mode: "draft" }, { content: { caption: "" } }));
  assert.deepEqual(Object.keys(jsonOf(server.asked("inbox/video/init")[0]!)), ["source_info"]);

  const photos = await prepared(
    workAt(server.url, "tiktok_photo", { privacy: "PUBLIC_TO_EVERYONE", title: "The sea" }),
  );
  await tiktok.commit(photos).send(NEVER_ABORTED);
  const draft = await prepared(workAt(server.url, "tiktok_photo", { mode: "draft" }));
  await tiktok.commit(draft).send(NEVER_ABORTED);
  const [post, inbox] = server.asked("content/init").map(jsonOf);
  assert.deepEqual(post, {
    media_type: "PHOTO",
    post_mode: "DIRECT_POST",
    post_info: {
      title: "The sea",
      description: "A day by the sea",
      privacy_level: "PUBLIC_TO_EVERYONE",
      disable_comment: true,
      auto_add_music: false,
      brand_content_toggle: false,
      brand_organic_toggle: false,
    },
    source_info: PICTURES,
  });
  assert.deepEqual(inbox, {
    media_type: "PHOTO",
    post_mode: "MEDIA_UPLOAD",
    post_info: { description: "A day by the sea" },
    source_info: PICTURES,
  });
});

Deno.test("accident 3: FAILED in an answer that says ok is a failure, and most of them are known before", async () => {
  await using server = fakeTikTok();
  server.answer("status/fetch", ok({ status: "FAILED", fail_reason: "file_format_check_failed" }));
  const seen = await tiktok.observe(workAt(server.url, "tiktok_video", { privacy: "SELF_ONLY" }), NAME);
  assert.ok(seen.state === "failed", seen.state);
  assert.deepEqual([seen.failure.class, seen.failure.code], ["never", "file_format_check_failed"]);
  const slow = {
    contentType: "video/mp4",
    width: 720,
    height: 1280,
    durationSeconds: 9,
    framesPerSecond: 12,
    videoCodec: "av1",
  };
  const { issues } = checkOption(TIKTOK_RULES.tiktok_video, {
    caption: "",
    files: [{ type: "video/mp4", bytes: 1_000, probe: slow as MediaProbe }],
    scopes: null,
  });
  assert.deepEqual(issues.map(({ details }) => details?.what).toSorted(), ["framesPerSecond", "videoCodec"]);
});

Deno.test("accident 4: a video is handed in, and never fetched by TikTok", async () => {
  await using server = fakeTikTok();
  const asked: string[] = [];
  const film = { ...FILM, url: () => Promise.reject(new Error("nobody needs an address")) };
  const work = await prepared(
    workAt(server.url, "tiktok_video", { privacy: "SELF_ONLY" }, { media: [film] }),
  );
  asked.push(...server.requests.map(({ method }) => method));
  assert.equal(
    (jsonOf(server.asked("video/init")[0]!).source_info as { source: string }).source,
    "FILE_UPLOAD",
  );
  assert.ok(server.asked("part").length >= 1);
  server.answer("part", () => new Response(null, { status: 201 }));
  assert.equal((await tiktok.commit(work).send(NEVER_ABORTED)).id, `publish:${NAME}`);
});

Deno.test("accident 5: codes are those of the API that is called, compared whole; a picture that could not be fetched may be later", async () => {
  await using server = fakeTikTok();
  const work = workAt(server.url, "tiktok_photo", { privacy: "SELF_ONLY" });
  server.answer("status/fetch", ok({ status: "FAILED", fail_reason: "photo_pull_failed" }));
  const pulled = await tiktok.observe(work, NAME);
  assert.ok(pulled.state === "failed");
  assert.equal(pulled.failure.class, "backoff");
  // Words and numbers of another family say nothing here, whatever they promise.
  server.answer("status/fetch", ok({ status: "FAILED", fail_reason: "51065: please try again later" }));
  const other = await tiktok.observe(work, NAME);
  assert.ok(other.state === "failed");
  assert.equal(other.failure.class, "never");
});

Deno.test("accident 6: what TikTok calls a post is kept in the act that hears it: nobody begins it twice", async () => {
  await using server = fakeTikTok();
  let work = workAt(server.url, "tiktok_video", { privacy: "SELF_ONLY" });
  const steps = [];
  while (server.asked("video/init").length === 0) {
    const step = await tiktok.prepare(work, NEVER_ABORTED);
    work = { ...work, facts: { ...work.facts, ...step.facts } };
    steps.push(step);
  }
  assert.equal((steps.at(-1)?.facts?.upload as { publish_id: string }).publish_id, NAME);
  // The worker dies here: the next one has the facts as the database kept them.
  server.answer("status/fetch", ok({ status: "PROCESSING_UPLOAD", uploaded_bytes: 0 }));
  await prepared({ ...work, facts: JSON.parse(JSON.stringify(work.facts)) });
  assert.equal(server.asked("video/init").length, 1);
  // Of photos whose answer was lost nobody can ask: they are not sent again, and a person looks.
  const photos = workAt(server.url, "tiktok_photo", { privacy: "SELF_ONLY" });
  assert.equal((await tiktok.reconcile?.(photos))?.state, "unknown");
});

Deno.test("accident 7: what the audit asks of a screen is there to be shown: the name, a privacy that nobody presets, the length", async () => {
  await using server = fakeTikTok();
  const work = workAt(server.url, "tiktok_video", {});
  const creator = await tiktok.creator?.(work);
  assert.deepEqual([creator?.nickname, creator?.privacy, creator?.isDuetDisabled, creator?.maxVideoSeconds], [
    "Ana",
    ["PUBLIC_TO_EVERYONE", "SELF_ONLY"],
    true,
    60,
  ]);
  const { issues } = tiktok.preflight("tiktok_video", contentOf({ settings: {} }), [null]);
  assert.deepEqual(issues.map(({ field }) => field), ["settings.privacy"], "there is no default");
  for (
    const [settings, code] of [
      [{ privacy: "MUTUAL_FOLLOW_FRIENDS" }, "privacy_not_offered"],
      [{ privacy: "SELF_ONLY", allowDuet: true }, "duets_disabled"],
    ] as const
  ) {
    const { failure } = await errorOf(prepared(workAt(server.url, "tiktok_video", settings)));
    assert.deepEqual([failure.class, failure.code], ["never", code]);
  }
  assert.equal(server.asked("video/init").length, 0, "and nothing is begun");
});

Deno.test("accident 8: settings that a mode would ignore are refused, and so is a mode that there is not", () => {
  for (const name of ["privacy", "allowComments", "coverTimestampMs", "madeWithAi"]) {
    const settings = {
      mode: "draft",
      [name]: name === "privacy" ? "SELF_ONLY" : name === "coverTimestampMs" ? 1 : true,
    };
    const { issues } = tiktok.preflight("tiktok_video", contentOf({ caption: "", settings }), [null]);
    assert.deepEqual(issues.map(({ code, field }) => [code, field]), [[
      "settings_ignored",
      `settings.${name}`,
    ]]);
  }
  assert.equal(
    TIKTOK_SETTINGS.tiktok_video.safeParse({ mode: "upload", privacy: "SELF_ONLY" }).success,
    false,
  );
  assert.equal(
    TIKTOK_SETTINGS.tiktok_photo.safeParse({ privacy: "SELF_ONLY", allowDuet: true }).success,
    false,
  );
});
