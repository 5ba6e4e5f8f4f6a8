/** Every request to Instagram, word for word (docs/platforms/instagram.md). */
import assert from "node:assert/strict";
import type { Option } from "../../../../../shared/words/platforms.ts";
import { type Recorded, textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, CLIENT_SECRET, contentOf } from "../kit/work_fixture.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import {
  CONTAINER,
  fakeInstagram,
  IMAGE,
  instagramAt,
  instagramWork,
  POST,
  prepareAll,
  USER,
  VIDEO,
} from "./fake_instagram.ts";
import { instagram } from "./instagram.ts";

/** A request as it came: what it asks, and how it is told who asks. */
function shown(request: Recorded | undefined) {
  assert.ok(request);
  return {
    is: `${request.method} ${request.path}`,
    ...request.query.size > 0 ? { query: Object.fromEntries(request.query) } : {},
    ...request.bytes.length > 0 ? { form: Object.fromEntries(new URLSearchParams(textOf(request))) } : {},
    by: request.headers.get("authorization"),
  };
}
const BEARER = `Bearer ${ACCESS_TOKEN}`;

async function created(
  option: Option,
  media: PublicationMedia[],
  content: Parameters<typeof contentOf>[0],
  facts: Record<string, unknown> = {},
) {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  const { error } = await prepareAll(instagramWork(server.url, option, { media, content, facts }), 1);
  assert.equal(error, null, error?.message);
  const request = shown(server.requests[0]);
  assert.equal(request.is, `POST /v27.0/${USER}/media`);
  assert.equal(request.by, BEARER);
  assert.equal(request.query, undefined, "no address holds what is published");
  return request.form;
}

const PICTURE = "https://files.example/a.jpg?token=abc";
const FILM = "https://files.example/b.mp4?token=def";
const settings = { collaborators: ["ana.b", "rui_c"], locationId: "110843418940484" };

Deno.test("an image in the feed", async () => {
  const file = { ...IMAGE, altText: "A lighthouse" };
  assert.deepEqual(await created("instagram_feed", [file], { caption: "Hello #sea & @ana" }), {
    image_url: PICTURE,
    alt_text: "A lighthouse",
    caption: "Hello #sea & @ana",
  });
  assert.deepEqual(await created("instagram_feed", [IMAGE], { caption: "", settings }), {
    image_url: PICTURE,
    location_id: "110843418940484",
    collaborators: '["ana.b","rui_c"]',
  });
});

Deno.test("a video in the feed is a reel that is shown there", async () => {
  const file = { ...VIDEO, altText: "Instagram takes none of videos" };
  assert.deepEqual(
    await created("instagram_feed", [file], { settings: { ...settings, thumbOffset: 1500 } }),
    {
      media_type: "REELS",
      video_url: FILM,
      share_to_feed: "true",
      thumb_offset: "1500",
      caption: "Hello",
      location_id: "110843418940484",
      collaborators: '["ana.b","rui_c"]',
    },
  );
});

Deno.test("a reel, with a cover of its own or taken from it, and shared or not", async () => {
  assert.deepEqual(await created("instagram_reel", [VIDEO], {}), {
    media_type: "REELS",
    video_url: FILM,
    caption: "Hello",
  });
  const covered = { shareToFeed: false, coverUrl: "https://img.example/c.jpg" };
  assert.deepEqual(await created("instagram_reel", [VIDEO], { settings: covered }), {
    media_type: "REELS",
    video_url: FILM,
    share_to_feed: "false",
    cover_url: "https://img.example/c.jpg",
    caption: "Hello",
  });
  assert.deepEqual(
    await created("instagram_reel", [VIDEO], { settings: { thumbOffset: 0, shareToFeed: true } }),
    {
      media_type: "REELS",
      video_url: FILM,
      share_to_feed: "true",
      thumb_offset: "0",
      caption: "Hello",
    },
  );
});

Deno.test("a story has neither a caption nor an alternative text", async () => {
  assert.deepEqual(await created("instagram_story", [{ ...IMAGE, altText: "x" }], {}), {
    media_type: "STORIES",
    image_url: PICTURE,
  });
  assert.deepEqual(await created("instagram_story", [VIDEO], {}), { media_type: "STORIES", video_url: FILM });
});

Deno.test("a carousel: its items, and what holds them together", async () => {
  assert.deepEqual(await created("instagram_carousel", [{ ...IMAGE, altText: "One" }, VIDEO], {}), {
    is_carousel_item: "true",
    image_url: PICTURE,
    alt_text: "One",
  });
  assert.deepEqual(await created("instagram_carousel", [IMAGE, VIDEO], {}, { item_0: "11" }), {
    is_carousel_item: "true",
    media_type: "VIDEO",
    video_url: FILM,
  });
  const facts = { item_0: "11", item_0_at: "2026-11-27", item_1: "22", item_1_at: "2026-11-27" };
  assert.deepEqual(await created("instagram_carousel", [IMAGE, VIDEO], { settings }, facts), {
    media_type: "CAROUSEL",
    children: "11,22",
    caption: "Hello",
    location_id: "110843418940484",
    collaborators: '["ana.b","rui_c"]',
  });
});

Deno.test("settings, and addresses of files, that Instagram does not take make no request", async () => {
  await using server = fakeInstagram();
  const refused = async (
    work: Partial<PublicationWork>,
    given: Record<string, unknown>,
    code = "invalid_input",
  ) => {
    const content = contentOf({ settings: given });
    const { error } = await prepareAll({
      ...instagramWork(server.url, "instagram_reel", { media: [VIDEO] }),
      content,
      ...work,
    });
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", code]);
  };
  await refused({}, { thumbOffset: -1 });
  await refused({}, { coverUrl: "file:///etc/passwd" });
  await refused({}, { collaborators: ["@ana"] });
  await refused({}, { privacy: "PUBLIC" });
  await refused({ option: "instagram_story" }, { shareToFeed: true });
  await refused({ option: "instagram_carousel", media: [VIDEO, IMAGE] }, { thumbOffset: 1 });
  await refused({}, { thumbOffset: 1, coverUrl: "https://img.example/c.jpg" }, "settings_ignored");
  await refused({ option: "instagram_feed", media: [IMAGE] }, { thumbOffset: 1 }, "settings_ignored");
  for (const address of ["", "ftp://files.example/a", "files.example/a"]) {
    await refused({ media: [{ ...VIDEO, url: () => Promise.resolve(address) }] }, {});
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("the question after a container, the commit, the question after a post, and after what may be published", async () => {
  await using server = fakeInstagram();
  server.answer(CONTAINER, { status_code: "FINISHED" });
  server.answer("media_publish", { id: POST });
  server.answer(POST, { permalink: "https://www.instagram.com/p/abc/", id: POST });
  server.answer("content_publishing_limit", { data: [] });
  const facts = { container: CONTAINER };
  const work = instagramWork(server.url, "instagram_feed", { facts });
  await instagram.prepare(work, new AbortController().signal);
  await instagram.reconcile?.(work);
  await instagram.commit(work).send(new AbortController().signal);
  await instagram.observe(work, POST);
  await instagram.limits(work);
  const asked = { is: `GET /v27.0/${CONTAINER}`, query: { fields: "status_code,status" }, by: BEARER };
  assert.deepEqual(server.requests.map(shown), [
    asked,
    asked,
    { is: `POST /v27.0/${USER}/media_publish`, form: { creation_id: CONTAINER }, by: BEARER },
    { is: `GET /v27.0/${POST}`, query: { fields: "permalink" }, by: BEARER },
    {
      is: `GET /v27.0/${USER}/content_publishing_limit`,
      query: { fields: "quota_usage,config" },
      by: BEARER,
    },
  ]);
});

Deno.test("the version is the app's, in every path of the graph, and without one nothing is asked", async () => {
  await using server = fakeInstagram();
  const work = instagramWork(server.url);
  const calls = (app: PublicationWork["app"]) => {
    const at = { ...work, app, facts: { container: CONTAINER } };
    const tokens = {
      accessToken: ACCESS_TOKEN,
      refreshToken: null,
      expiresIn: null,
      refreshExpiresIn: null,
      scopes: null,
    };
    return [
      () => instagram.prepare(at, new AbortController().signal),
      async () => await instagram.commit(at).send(new AbortController().signal),
      () => instagram.limits(at),
      async () => await instagram.reconcile?.(at),
      () => instagram.oauth.accounts(app, tokens),
      () => instagram.oauth.revoke(app, tokens),
      () => instagram.oauth.exchange(app, { code: "c", redirectUri: "https://a.example/back" }),
      () => instagram.oauth.refresh(app, tokens),
    ];
  };
  for (const call of calls(instagramAt(server.url, { apiVersion: "v31.5" }))) await call().catch(() => {});
  assert.ok(server.requests.length >= 8);
  for (const { path } of server.requests) assert.match(path, /^\/v31\.5\//);
  const before = server.requests.length;
  for (const apiVersion of [null, "", "27.0", "v27", "v27.0/../x"]) {
    for (const call of calls(instagramAt(server.url, { apiVersion }))) {
      const error = await call().then(() => assert.fail("no error"), (error) => error);
      assert.deepEqual(
        [error.failure.class, error.failure.code],
        ["pause", "misconfigured"],
        `${apiVersion}`,
      );
    }
  }
  assert.equal(server.requests.length, before);
});

Deno.test("no address holds the token or the secret, but where Meta has no other way", async () => {
  await using server = fakeInstagram();
  server.answer("media", { id: CONTAINER });
  server.answer(CONTAINER, { status_code: "FINISHED" });
  const { work } = await prepareAll(instagramWork(server.url));
  await instagram.commit(work).send(new AbortController().signal).catch(() => {});
  await instagram.limits(work).catch(() => {});
  for (const { path, query } of server.requests) {
    const address = `${path}?${query}`;
    assert.ok(!address.includes(ACCESS_TOKEN) && !address.includes(CLIENT_SECRET), address);
  }
});
