/** Every request to Threads, word for word (docs/platforms/threads.md). */
import assert from "node:assert/strict";
import { type Recorded, textOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, CLIENT_SECRET, contentOf } from "../kit/work_fixture.ts";
import type { PublicationMedia, PublicationWork } from "../platform.ts";
import {
  CONTAINER,
  fakeThreads,
  IMAGE,
  POST,
  prepareAll,
  stateOf,
  threadsAt,
  threadsWork,
  USER,
  VIDEO,
} from "./fake_threads.ts";
import { threads } from "./threads.ts";

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
  media: PublicationMedia[],
  content: Parameters<typeof contentOf>[0] = {},
  facts: Record<string, unknown> = {},
) {
  await using server = fakeThreads();
  server.answer("threads", { id: CONTAINER });
  const { error } = await prepareAll(threadsWork(server.url, { media, content, facts }), 1);
  assert.equal(error, null, error?.message);
  const request = shown(server.requests[0]);
  assert.equal(request.is, `POST /v1.0/${USER}/threads`);
  assert.equal(request.by, BEARER);
  assert.equal(request.query, undefined, "no address holds what is published");
  return request.form;
}

const PICTURE = "https://files.example/a.jpg?token=abc";
const FILM = "https://files.example/b.mp4?token=def";
const answer = {
  replyTo: "18000000000000007",
  quotePostId: "18000000000000008",
  replyControl: "parent_post_author_only",
  topicTag: "Sea sky",
};
const ANSWER = {
  reply_to_id: "18000000000000007",
  quote_post_id: "18000000000000008",
  reply_control: "parent_post_author_only",
  topic_tag: "Sea sky",
};

Deno.test("a text, alone and with all that one can have", async () => {
  assert.deepEqual(await created([]), { media_type: "TEXT", text: "Hello" });
  const settings = { ...answer, link: "https://news.example/a", textAttachment: 'A "long" story\n…' };
  assert.deepEqual(await created([], { caption: "Hello #sea & @ana 🌊", settings }), {
    media_type: "TEXT",
    text: "Hello #sea & @ana 🌊",
    link_attachment: "https://news.example/a",
    text_attachment: '{"plaintext":"A \\"long\\" story\\n…"}',
    ...ANSWER,
  });
});

Deno.test("an image, and a video, with words for those who do not see them", async () => {
  assert.deepEqual(await created([{ ...IMAGE, altText: "A lighthouse" }]), {
    media_type: "IMAGE",
    image_url: PICTURE,
    alt_text: "A lighthouse",
    text: "Hello",
  });
  assert.deepEqual(
    await created([{ ...VIDEO, altText: "Waves" }], {
      caption: "",
      settings: { ...answer, isSpoiler: true },
    }),
    {
      media_type: "VIDEO",
      video_url: FILM,
      alt_text: "Waves",
      is_spoiler_media: "true",
      ...ANSWER,
    },
  );
  assert.deepEqual(await created([{ ...IMAGE, altText: "" }], { settings: { isSpoiler: false } }), {
    media_type: "IMAGE",
    image_url: PICTURE,
    is_spoiler_media: "false",
    text: "Hello",
  });
});

Deno.test("a carousel: its items, and what holds them together", async () => {
  assert.deepEqual(await created([{ ...IMAGE, altText: "One" }, VIDEO]), {
    is_carousel_item: "true",
    media_type: "IMAGE",
    image_url: PICTURE,
    alt_text: "One",
  });
  assert.deepEqual(await created([IMAGE, { ...VIDEO, altText: "Two" }], {}, { item_0: "11" }), {
    is_carousel_item: "true",
    media_type: "VIDEO",
    video_url: FILM,
    alt_text: "Two",
  });
  const facts = { item_0: "11", item_0_at: "2026-11-27", item_1: "22", item_1_at: "2026-11-27" };
  assert.deepEqual(await created([IMAGE, VIDEO], { settings: { ...answer, isSpoiler: true } }, facts), {
    media_type: "CAROUSEL",
    children: "11,22",
    text: "Hello",
    is_spoiler_media: "true",
    ...ANSWER,
  });
});

Deno.test("settings, and addresses of files, that Threads does not take make no request", async () => {
  await using server = fakeThreads();
  const refused = async (
    media: PublicationMedia[],
    settings: Record<string, unknown>,
    code = "invalid_input",
  ) => {
    const { error } = await prepareAll(threadsWork(server.url, { media, content: { settings } }));
    assert.deepEqual([error?.failure.class, error?.failure.code], ["never", code], JSON.stringify(settings));
  };
  await refused([], { replyTo: "me" });
  await refused([], { replyControl: "nobody" });
  await refused([], { link: "file:///etc/passwd" });
  await refused([], { topicTag: "a.b" });
  await refused([], { privacy: "PUBLIC" });
  await refused([IMAGE], { link: "https://news.example/a" }, "settings_ignored");
  await refused([IMAGE, IMAGE], { textAttachment: "A story" }, "settings_ignored");
  await refused([], { isSpoiler: true }, "settings_ignored");
  await refused([], { replyControl: "parent_post_author_only" }, "settings_ignored");
  for (const address of ["", "ftp://files.example/a", "files.example/a"]) {
    await refused([{ ...VIDEO, url: () => Promise.resolve(address) }], {});
  }
  assert.equal(server.requests.length, 0);
});

Deno.test("the question after a container, the commit, the question after a post, and after what may be published", async () => {
  await using server = fakeThreads();
  server.answer(CONTAINER, stateOf("FINISHED"));
  server.answer("threads_publish", { id: POST });
  server.answer(POST, { permalink: "https://www.threads.net/@ana/post/abc", id: POST });
  server.answer("threads_publishing_limit", { data: [] });
  const work = threadsWork(server.url, { facts: { container: CONTAINER } });
  await threads.prepare(work, new AbortController().signal);
  await threads.reconcile?.(work);
  await threads.commit(work).send(new AbortController().signal);
  await threads.observe(work, POST);
  await threads.limits(work);
  // The container alone is asked for its status: a post has none.
  const asked = { is: `GET /v1.0/${CONTAINER}`, query: { fields: "status,error_message" }, by: BEARER };
  assert.deepEqual(server.requests.map(shown), [
    asked,
    asked,
    { is: `POST /v1.0/${USER}/threads_publish`, form: { creation_id: CONTAINER }, by: BEARER },
    { is: `GET /v1.0/${POST}`, query: { fields: "permalink" }, by: BEARER },
    {
      is: `GET /v1.0/${USER}/threads_publishing_limit`,
      query: { fields: "quota_usage,config" },
      by: BEARER,
    },
  ]);
});

Deno.test("the version is the app's, wherever there is one, and without one nothing is asked there", async () => {
  await using server = fakeThreads();
  const tokens = {
    accessToken: ACCESS_TOKEN,
    refreshToken: null,
    expiresIn: null,
    refreshExpiresIn: null,
    scopes: null,
  };
  const calls = (app: PublicationWork["app"]) => {
    const at = { ...threadsWork(server.url), app, facts: { container: CONTAINER } };
    return [
      () => threads.prepare(at, new AbortController().signal),
      async () => await threads.commit(at).send(new AbortController().signal),
      () => threads.limits(at),
      async () => await threads.reconcile?.(at),
      () => threads.oauth.accounts(app, tokens),
    ];
  };
  for (const call of calls(threadsAt(server.url, { apiVersion: "v2.5" }))) await call().catch(() => {});
  assert.equal(server.requests.length, 5);
  for (const { path } of server.requests) assert.match(path, /^\/v2\.5\//);
  for (const apiVersion of [null, "", "1.0", "v1", "v1.0/../x"]) {
    for (const call of calls(threadsAt(server.url, { apiVersion }))) {
      const error = await call().then(() => assert.fail("no error"), (error) => error);
      assert.deepEqual([error.failure.class, error.failure.code], ["pause", "misconfigured"]);
    }
  }
  assert.equal(server.requests.length, 5);
});

Deno.test("no address holds the token or the secret, but where Threads has no other way", async () => {
  await using server = fakeThreads();
  server.answer("threads", { id: CONTAINER });
  server.answer(CONTAINER, stateOf("FINISHED"));
  const { work } = await prepareAll(threadsWork(server.url, { media: [IMAGE] }));
  await threads.commit(work).send(new AbortController().signal).catch(() => {});
  await threads.limits(work).catch(() => {});
  assert.ok(server.requests.length > 3);
  for (const { path, query } of server.requests) {
    const address = `${path}?${query}`;
    assert.ok(!address.includes(ACCESS_TOKEN) && !address.includes(CLIENT_SECRET), address);
  }
});
