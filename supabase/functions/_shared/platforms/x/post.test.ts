/** The post as it is sent, in each of its modes, and what comes of it. */
import assert from "node:assert/strict";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import { fakeX, readyFact, xWork } from "./fake_x.ts";
import { factName } from "./media_facts.ts";
import { preparePost } from "./post.ts";

const MADE = { data: { id: "1346889436626259968", text: "Hello" } };
const never = new AbortController().signal;

const FILES = ["a.png", "b.png"].map((name) => ({ name, size: 3, type: "image/png", path: `u/${name}` }));
const FACTS = { [factName(0)]: readyFact("71"), [factName(1)]: readyFact("72") };

const BODIES: readonly (readonly [what: string, content: Record<string, unknown>, body: unknown])[] = [
  ["a text", { caption: "Olá 🌎" }, { text: "Olá 🌎" }],
  ["files without a text", { caption: "", mediaFiles: FILES }, {
    text: "",
    media: { media_ids: ["71", "72"] },
  }],
  ["a file with those who are in it", {
    mediaFiles: FILES.slice(0, 1),
    settings: { taggedUserIds: ["5"], madeWithAi: true },
  }, {
    text: "Hello",
    media: { media_ids: ["71"], tagged_user_ids: ["5"] },
    made_with_ai: true,
  }],
  ["an answer", { settings: { replyTo: "9", excludeReplyUserIds: ["4"] } }, {
    text: "Hello",
    reply: { in_reply_to_tweet_id: "9", exclude_reply_user_ids: ["4"] },
  }],
  ["an answer to all", { settings: { replyTo: "9", excludeReplyUserIds: [] } }, {
    text: "Hello",
    reply: { in_reply_to_tweet_id: "9" },
  }],
  ["a quotation for some", { settings: { quotePostId: "9", replySettings: "following" } }, {
    text: "Hello",
    quote_tweet_id: "9",
    reply_settings: "following",
  }],
  ["a poll", { settings: { poll: { options: ["yes", "no"], durationMinutes: 60 } } }, {
    text: "Hello",
    poll: { options: ["yes", "no"], duration_minutes: 60 },
  }],
  ["an advertisement to a community", {
    settings: { communityId: "3", paidPartnership: true, madeWithAi: false },
  }, {
    text: "Hello",
    community_id: "3",
    paid_partnership: true,
  }],
];

for (const [what, content, body] of BODIES) {
  Deno.test(`${what} is sent as X documents it`, async () => {
    await using server = fakeX();
    server.answer("post", Response.json(MADE, { status: 201 }));
    await preparePost(xWork(server.url, { content, facts: FACTS })).send(never);
    const [request] = server.asked("post");
    assert.equal(JSON.stringify(jsonOf(request!)), JSON.stringify(body));
    assert.deepEqual([request?.headers.get("authorization"), request?.headers.get("content-type")], [
      `Bearer ${ACCESS_TOKEN}`,
      "application/json",
    ]);
    assert.equal(server.requests.length, 1);
  });
}

for (
  const [what, work, code] of [
    ["a file that has not been handed in", { content: { mediaFiles: FILES }, facts: {} }, "media_missing"],
    ["five files", { content: { mediaFiles: Array(5).fill(FILES[0]) }, facts: fiveFacts() }, "invalid_input"],
    ["a setting that X does not have", { content: { settings: { nullcast: true } } }, "invalid_input"],
    [
      "a setting that X would not heed",
      { content: { settings: { taggedUserIds: ["1"] } } },
      "settings_ignored",
    ],
  ] as const
) {
  Deno.test(`${what} makes no post: nothing is sent`, async () => {
    const { failure, isAmbiguous } = await errorOf(() => preparePost(xWork("http://127.0.0.1:9", work)));
    assert.deepEqual([failure.class, failure.code, isAmbiguous], ["never", code, false]);
  });
}

function fiveFacts(): Record<string, unknown> {
  return Object.fromEntries([0, 1, 2, 3, 4].map((index) => [factName(index), readyFact(`${index}`)]));
}

Deno.test("a post that X has made is published, at its address", async () => {
  await using server = fakeX();
  server.answer("post", Response.json(MADE, { status: 201 }));
  assert.deepEqual(await preparePost(xWork(server.url)).send(never), {
    id: "1346889436626259968",
    state: "published",
    permalink: "https://x.com/ana/status/1346889436626259968",
    warnings: [],
    raw: MADE,
  });
});

Deno.test("a post's id is kept to the last digit, even where it comes as a number", async () => {
  await using server = fakeX();
  server.answer("post", new Response('{"data":{"id":1904163390028185602,"text":""}}', { status: 201 }));
  const connection = { externalId: "1001", displayName: null, settings: {}, scopes: [] };
  const { id, permalink } = await preparePost(xWork(server.url, { connection })).send(never);
  assert.deepEqual([id, permalink], [
    "1904163390028185602",
    "https://x.com/i/web/status/1904163390028185602",
  ]);
});

Deno.test("what is odd about a post that is there is a warning beside it", async () => {
  await using server = fakeX();
  server.answer(
    "post",
    Response.json({ ...MADE, errors: [{ title: "Odd", detail: "A tag was dropped." }] }, { status: 201 }),
  );
  const facts = { [factName(0)]: readyFact("71", { alt: "refused", alt_refusal: "Too long." }) };
  const work = xWork(server.url, { content: { mediaFiles: FILES.slice(0, 1) }, facts });
  assert.deepEqual((await preparePost(work).send(never)).warnings, [
    { code: "alt_text_refused", message: "a.png has no alternative text: Too long.", field: "mediaFiles.0" },
    { code: "partial_answer", message: "A tag was dropped." },
  ]);
});
