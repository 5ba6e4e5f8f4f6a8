/** What an account may choose for its next post: asked right before, shown to its owner, and held against what is wished. */
import assert from "node:assert/strict";
import { film } from "../../files/film_fixture.ts";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { errorOf, mediaOf } from "../kit/work_fixture.ts";
import {
  creatorInfo,
  fakeTikTok,
  namesOf,
  photoWork,
  prepareAll,
  PUBLIC,
  refusal,
  takingParts,
  videoWork,
} from "./fake_tiktok.ts";
import { tiktok } from "./tiktok.ts";

const ALLOWED = { ...PUBLIC, allowComments: true, allowDuet: true, allowStitch: true };
const refusedFor = async (work: ReturnType<typeof videoWork>) => {
  const { failure } = await errorOf(prepareAll(work));
  return `${failure.class} ${failure.code}`;
};

Deno.test("its owner sees it as TikTok says it, in words of ours", async () => {
  await using server = fakeTikTok();
  server.answer("creator", creatorInfo());
  assert.deepEqual(await tiktok.creator?.(videoWork(server.url)), {
    nickname: "Ana",
    username: "ana",
    avatarUrl: "https://p.example/ana.jpg",
    privacy: ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    isCommentDisabled: false,
    isDuetDisabled: false,
    isStitchDisabled: true,
    maxVideoSeconds: 300,
  });
  assert.deepEqual(jsonOf(server.asked("creator")[0]!), {});
});

Deno.test("what TikTok leaves out, or says oddly, costs nothing else; without options it is no answer", async () => {
  await using server = fakeTikTok();
  server.answer(
    "creator",
    creatorInfo({ creator_avatar_url: "", max_video_post_duration_sec: "x", comment_disabled: 1 }),
  );
  const seen = await tiktok.creator?.(videoWork(server.url));
  assert.deepEqual([seen?.avatarUrl, seen?.maxVideoSeconds, seen?.isCommentDisabled], [null, null, false]);
  server.answer("creator", creatorInfo({ privacy_level_options: null }));
  assert.equal(
    (await errorOf(async () => await tiktok.creator?.(videoWork(server.url)))).failure.code,
    "malformed_answer",
  );
});

Deno.test("who was granted drafts alone may choose nothing here, and is not asked about", async () => {
  await using server = fakeTikTok();
  const connection = {
    externalId: "1",
    displayName: "Ana",
    settings: {},
    scopes: ["user.info.basic", "video.upload"],
  };
  const work = videoWork(server.url, { connection });
  const creator = await tiktok.creator?.(work);
  assert.deepEqual([creator?.nickname, creator?.privacy, creator?.isCommentDisabled], ["Ana", [], true]);
  assert.equal(await tiktok.limits(work), null);
  assert.equal(server.requests.length, 0);
  assert.equal(await refusedFor(work), "never missing_scope");
  takingParts(server);
  const draft = videoWork(server.url, { connection, content: { settings: { mode: "draft" } } });
  assert.equal(namesOf((await prepareAll(draft)).acts).at(-1), "ready");
});

Deno.test("privacy that the account does not offer is refused, with what it offers", async () => {
  await using server = fakeTikTok();
  server.answer("creator", creatorInfo({ privacy_level_options: ["FOLLOWER_OF_CREATOR", "SELF_ONLY"] }));
  const { failure } = await errorOf(prepareAll(videoWork(server.url)));
  assert.deepEqual([failure.class, failure.code], ["never", "privacy_not_offered"]);
  assert.match(failure.message, /FOLLOWER_OF_CREATOR, SELF_ONLY/);
  assert.equal(server.asked("direct").length, 0);
});

Deno.test("what the account has switched off cannot be allowed, and need not be forbidden", async () => {
  await using server = fakeTikTok();
  const off = async (field: string, settings: Record<string, unknown> = ALLOWED) => {
    takingParts(server);
    server.answer("creator", creatorInfo({ stitch_disabled: false, [field]: true }));
    return await refusedFor(videoWork(server.url, { content: { settings } }));
  };
  assert.equal(await off("comment_disabled"), "never comments_disabled");
  assert.equal(await off("duet_disabled"), "never duets_disabled");
  assert.equal(await off("stitch_disabled"), "never stitches_disabled");
  server.answer(
    "creator",
    creatorInfo({ comment_disabled: true, duet_disabled: true, stitch_disabled: true }),
  );
  assert.equal(namesOf((await prepareAll(videoWork(server.url))).acts).at(-1), "ready");
  const photos = photoWork(server.url, { content: { settings: { ...PUBLIC, allowComments: true } } });
  assert.equal(await refusedFor(photos), "never comments_disabled");
});

Deno.test("a video that is longer than the account may post is refused before a byte is sent", async () => {
  await using server = fakeTikTok();
  takingParts(server);
  const bytes = await film({ seconds: 20 });
  const media = [
    mediaOf("video/mp4", bytes.length, { range: (from, to) => Promise.resolve(bytes.slice(from, to)) }),
  ];
  server.answer("creator", creatorInfo({ max_video_post_duration_sec: 10 }));
  assert.equal(await refusedFor(videoWork(server.url, { media })), "never video_too_long");
  server.answer("creator", creatorInfo({ max_video_post_duration_sec: 20 }));
  const { acts } = await prepareAll(videoWork(server.url, { media }));
  assert.deepEqual(namesOf(acts), ["creator_asked", "upload_begun", "ready"]);
});

Deno.test("it is asked right before each post: again where five minutes have passed, and not once a video has begun", async () => {
  await using server = fakeTikTok();
  server.answer("creator", creatorInfo());
  const asked = async (creator_at: string) => {
    const before = server.asked("creator").length;
    await prepareAll(photoWork(server.url, { facts: { creator_at } }));
    return server.asked("creator").length - before;
  };
  assert.equal(await asked(new Date(Date.now() - 60_000).toISOString()), 0);
  assert.equal(await asked(new Date(Date.now() - 301_000).toISOString()), 1);
  assert.equal(await asked("never"), 1);
});

Deno.test("settings that TikTok would not heed are refused before anybody is asked", async () => {
  await using server = fakeTikTok();
  const code = async (settings: Record<string, unknown>) =>
    await refusedFor(videoWork(server.url, { content: { settings } }));
  assert.equal(await code({ mode: "draft", privacy: "SELF_ONLY" }), "never settings_ignored");
  assert.equal(await code({}), "never invalid_input");
  assert.equal(await code({ ...PUBLIC, title: "no" }), "never invalid_input");
  assert.equal(await code({ privacy: "SELF_ONLY", brandedContent: true }), "never invalid_input");
  assert.equal(server.requests.length, 0);
});

Deno.test("what may still be posted is not told, but where it is nothing", async () => {
  await using server = fakeTikTok();
  server.answer("creator", creatorInfo());
  assert.equal(await tiktok.limits(videoWork(server.url)), null);
  server.answer("creator", refusal(403, "spam_risk_too_many_posts"));
  const limit = await tiktok.limits(videoWork(server.url));
  assert.deepEqual([limit?.used, limit?.total, limit?.source], [15, 15, "platform"]);
  server.answer("creator", refusal(401, "access_token_invalid"));
  assert.equal((await errorOf(tiktok.limits(videoWork(server.url)))).failure.class, "reconnect");
});
