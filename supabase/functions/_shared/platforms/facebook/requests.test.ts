/** Every request to Facebook, word for word (docs/platforms/facebook.md). */
import assert from "node:assert/strict";
import { type Recorded, textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, CLIENT_SECRET, errorOf } from "../kit/work_fixture.ts";
import type { PublicationWork } from "../platform.ts";
import { facebook } from "./facebook.ts";
import {
  facebookAt,
  facebookWork,
  fakeFacebook,
  FILM,
  IMAGE,
  PAGE,
  PHOTO,
  POST,
  prepareAll,
  reelWork,
  stateOf,
  VIDEO,
} from "./fake_facebook.ts";

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
const by = `Bearer ${ACCESS_TOKEN}`;
const settings = { placeId: "110843418940484" };

async function sent(work: (url: string) => PublicationWork, edge: string, answer: Record<string, unknown>) {
  await using server = fakeFacebook();
  server.answer(edge, answer);
  const { id, state } = await facebook.commit(work(server.url)).send(AbortSignal.timeout(5_000));
  assert.equal(state, "processing");
  assert.equal(server.requests.length, 1);
  return { ...shown(server.requests[0]), id };
}

Deno.test("a text, and one with a link", async () => {
  const text = (url: string) =>
    facebookWork(url, "facebook_post", { content: { caption: "Hello #sea & you", settings } });
  assert.deepEqual(await sent(text, "feed", { id: POST }), {
    is: `POST /v27.0/${PAGE}/feed`,
    form: { message: "Hello #sea & you", place: "110843418940484" },
    by,
    id: POST,
  });
  const link = (url: string) =>
    facebookWork(url, "facebook_post", {
      content: { caption: "", settings: { link: "https://a.example/1?b=c" } },
    });
  const { form } = await sent(link, "feed", { id: POST });
  assert.deepEqual(form, { link: "https://a.example/1?b=c" });
});

Deno.test("photos are handed over so that nobody sees them, and then attached", async () => {
  await using server = fakeFacebook();
  server.answer("photos", { id: PHOTO }, { id: "133000000000002" });
  server.answer("feed", { id: POST });
  const media = [{ ...IMAGE, altText: "A lighthouse" }, IMAGE];
  const { work, error } = await prepareAll(
    facebookWork(server.url, "facebook_post", { media, content: { settings } }),
  );
  assert.equal(error, null);
  await facebook.commit(work).send(AbortSignal.timeout(5_000));
  assert.deepEqual(server.requests.map(shown), [
    {
      is: `POST /v27.0/${PAGE}/photos`,
      form: {
        url: "https://files.example/a.jpg?token=abc",
        published: "false",
        alt_text_custom: "A lighthouse",
      },
      by,
    },
    {
      is: `POST /v27.0/${PAGE}/photos`,
      form: { url: "https://files.example/a.jpg?token=abc", published: "false" },
      by,
    },
    {
      is: `POST /v27.0/${PAGE}/feed`,
      form: {
        message: "Hello",
        place: "110843418940484",
        "attached_media[0]": `{"media_fbid":"${PHOTO}"}`,
        "attached_media[1]": '{"media_fbid":"133000000000002"}',
      },
      by,
    },
  ]);
});

Deno.test("a video of the feed", async () => {
  const video = (url: string) =>
    facebookWork(url, "facebook_video", { media: [FILM], content: { settings: { title: "The sea" } } });
  assert.deepEqual(await sent(video, "videos", { id: VIDEO }), {
    is: `POST /v27.0/${PAGE}/videos`,
    form: { file_url: "https://files.example/b.mp4?token=def", description: "Hello", title: "The sea" },
    by,
    id: `video:${VIDEO}`,
  });
});

Deno.test("a reel: begun, told where its file is, asked for, finished", async () => {
  await using server = fakeFacebook();
  server.answer("video_reels", { video_id: VIDEO, upload_url: `${server.url}/upload/7` }, { success: true });
  server.answer(VIDEO, stateOf("not_started"), stateOf("complete"));
  server.answer("upload/7", { success: true });
  const content = { settings: { ...settings, title: "The sea" } };
  const { work, error } = await prepareAll(
    facebookWork(server.url, "facebook_reel", { media: [FILM], content }),
  );
  assert.equal(error, null, error?.message);
  const { id } = await facebook.commit(work).send(AbortSignal.timeout(5_000));
  assert.equal(id, `video:${VIDEO}`);
  const fields = "status,published,permalink_url,post_id";
  assert.deepEqual(server.requests.map(shown), [
    { is: `POST /v27.0/${PAGE}/video_reels`, form: { upload_phase: "start" }, by },
    { is: `GET /v27.0/${VIDEO}`, query: { fields }, by },
    { is: "POST /upload/7", by: `OAuth ${ACCESS_TOKEN}` },
    { is: `GET /v27.0/${VIDEO}`, query: { fields }, by },
    {
      is: `POST /v27.0/${PAGE}/video_reels`,
      form: {
        upload_phase: "finish",
        video_id: VIDEO,
        video_state: "PUBLISHED",
        description: "Hello",
        title: "The sea",
        place: "110843418940484",
      },
      by,
    },
  ]);
  assert.equal(server.requests[2]?.headers.get("file_url"), "https://files.example/b.mp4?token=def");
});

Deno.test("a story of a photo, and one of a video", async () => {
  const photo = (url: string) =>
    facebookWork(url, "facebook_story", { media: [IMAGE], facts: { photo_0: PHOTO } });
  assert.deepEqual(await sent(photo, "photo_stories", { success: true, post_id: "1221" }), {
    is: `POST /v27.0/${PAGE}/photo_stories`,
    form: { photo_id: PHOTO },
    by,
    id: "1221",
  });
  assert.equal((await sent(photo, "photo_stories", { success: true })).id, `photo:${PHOTO}`);
  const video = (url: string) => ({ ...reelWork(url), option: "facebook_story" as const });
  assert.deepEqual(await sent(video, "video_stories", { success: true, post_id: "1221" }), {
    is: `POST /v27.0/${PAGE}/video_stories`,
    form: { upload_phase: "finish", video_id: VIDEO },
    by,
    id: `video:${VIDEO}`,
  });
});

Deno.test("where a post is, and what a page has posted", async () => {
  await using server = fakeFacebook();
  server.answer(POST, { permalink_url: "https://www.facebook.com/1" });
  for (const edge of ["published_posts", "videos", "stories"]) server.answer(edge, { data: [] });
  await facebook.observe(facebookWork(server.url), POST);
  const facts = { ready_at: "2026-11-27T04:00:00.500Z", photo_0: PHOTO };
  for (const option of ["facebook_post", "facebook_video", "facebook_story"] as const) {
    await facebook.reconcile?.(facebookWork(server.url, option, { facts }));
  }
  const since = `${Date.parse("2026-11-27T03:00:00Z") / 1000}`;
  assert.deepEqual(server.requests.map(shown), [
    { is: `GET /v27.0/${POST}`, query: { fields: "permalink_url" }, by },
    {
      is: `GET /v27.0/${PAGE}/published_posts`,
      query: {
        fields: "id,message,created_time,permalink_url," +
          "attachments{media_type,unshimmed_url,url,target{id},subattachments{media_type,target{id}}}",
        limit: "100",
        since,
      },
      by,
    },
    {
      is: `GET /v27.0/${PAGE}/videos`,
      query: { fields: "id,title,description,created_time,permalink_url", limit: "100", since },
      by,
    },
    {
      is: `GET /v27.0/${PAGE}/stories`,
      query: { fields: "post_id,media_id,creation_time,url", limit: "100" },
      by,
    },
  ]);
});

Deno.test("pages of whoever signed in, and a page's token anew", async () => {
  await using server = fakeFacebook();
  server.answer("me/accounts", { data: [] });
  server.answer(PAGE, { access_token: "page-token", id: PAGE });
  server.answer("DELETE me/permissions", { success: true });
  const app = facebookAt(server.url);
  const tokens = {
    accessToken: ACCESS_TOKEN,
    refreshToken: null,
    expiresIn: 1,
    refreshExpiresIn: null,
    scopes: null,
  };
  await facebook.oauth.accounts(app, tokens, "after-this");
  const kept = { accessToken: "old", refreshToken: `${PAGE}|${ACCESS_TOKEN}` };
  assert.equal((await facebook.oauth.refresh(app, kept)).accessToken, "page-token");
  await facebook.oauth.revoke(app, kept);
  assert.deepEqual(server.requests.map(shown), [
    {
      is: "GET /v27.0/me/accounts",
      query: { fields: "id,name,access_token,tasks,picture{url}", limit: "50", after: "after-this" },
      by,
    },
    { is: `GET /v27.0/${PAGE}`, query: { fields: "access_token" }, by },
    { is: "DELETE /v27.0/me/permissions", by },
  ]);
  assert.ok(!JSON.stringify(server.requests.map(shown)).includes(CLIENT_SECRET));
});

Deno.test("what cannot be published is not sent", async () => {
  await using server = fakeFacebook();
  const works = [
    facebookWork(server.url, "facebook_post", { content: { caption: "" } }),
    facebookWork(server.url, "facebook_post", { media: [IMAGE] }),
    facebookWork(server.url, "facebook_reel", { media: [FILM] }),
    facebookWork(server.url, "facebook_story", { media: [IMAGE] }),
    facebookWork(server.url, "facebook_post", { content: { settings: { title: "No" } } }),
    facebookWork(server.url, "facebook_post", {
      media: [IMAGE],
      facts: { photo_0: PHOTO },
      content: { settings: { link: "https://a.example" } },
    }),
  ];
  for (const work of works) {
    const { failure } = await errorOf(() => facebook.commit(work));
    assert.ok(["never", "backoff"].includes(failure.class), failure.message);
  }
  assert.equal(server.requests.length, 0);
});
