/** The post as it is sent, in each of its modes, and what comes of it. */
import assert from "node:assert/strict";
import { jsonOf } from "../../runtime/fake_runtime.ts";
import { ACCESS_TOKEN, errorOf } from "../kit/work_fixture.ts";
import {
  fakeLinkedIn,
  linkedInWork,
  ORGANIZATION,
  PERSON,
  problem,
  readyFact,
  readyFacts,
} from "./fake_linkedin.ts";
import { linkedin } from "./linkedin.ts";
import { factName, FAILED } from "./media_facts.ts";
import { preparePost } from "./post.ts";

const never = new AbortController().signal;
const URN = "urn:li:share:7141138937766391808";
const file = (name: string, type: string, altText?: string) => ({
  ...{ name, size: 3, type, path: `u/${name}` },
  ...altText ? { altText } : {},
});
const IMAGES = [file("a.png", "image/png", "A cat"), file("b.gif", "image/gif")];
const FILM = file("film.mp4", "video/mp4", "Nobody hears this");
const PDF = file("Report 2026.pdf", "application/pdf");
const URNS = ["urn:li:image:C4a", "urn:li:image:C4b"];

/** All of a post but its author, text and content. */
const FRAME = {
  visibility: "PUBLIC",
  distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
  lifecycleState: "PUBLISHED",
  isReshareDisabledByAuthor: false,
};

type Work = Parameters<typeof linkedInWork>[1];
const BODIES: readonly (readonly [what: string, work: Work, body: Record<string, unknown>])[] = [
  ["a text", { content: { caption: "Olá (🌎) #Sea" } }, { commentary: "Olá \\(🌎\\) {hashtag|\\#|Sea}" }],
  ["an image without a text", { content: { caption: "", mediaFiles: IMAGES.slice(0, 1) } }, {
    commentary: "",
    content: { media: { id: URNS[0], altText: "A cat" } },
  }],
  ["several images", { content: { mediaFiles: IMAGES } }, {
    content: { multiImage: { images: [{ id: URNS[0], altText: "A cat" }, { id: URNS[1] }] } },
  }],
  ["a film with a title", { content: { mediaFiles: [FILM], settings: { title: "A film" } } }, {
    content: { media: { id: URNS[0], title: "A film" } },
  }],
  ["a film without one", { content: { mediaFiles: [FILM] } }, { content: { media: { id: URNS[0] } } }],
  ["an article", {
    content: {
      settings: { article: { url: "https://a.example/1", title: "A page", description: "Of ours" } },
    },
  }, { content: { article: { source: "https://a.example/1", title: "A page", description: "Of ours" } } }],
  ["a document, named for its file", { option: "linkedin_document", content: { mediaFiles: [PDF] } }, {
    content: { media: { id: URNS[0], title: "Report 2026" } },
  }],
  ["a document with a title", {
    option: "linkedin_document",
    content: { mediaFiles: [PDF], settings: { title: "Our year" } },
  }, { content: { media: { id: URNS[0], title: "Our year" } } }],
  ["what only connections see and nobody may share", {
    connection: { externalId: PERSON, displayName: "Ana", settings: {}, scopes: ["w_member_social"] },
    content: { settings: { visibility: "CONNECTIONS", allowReshare: false } },
  }, { author: PERSON, visibility: "CONNECTIONS", isReshareDisabledByAuthor: true }],
];

for (const [what, work, body] of BODIES) {
  Deno.test(`${what} is sent as LinkedIn documents it`, async () => {
    await using server = fakeLinkedIn();
    server.answer("post", new Response(null, { status: 201, headers: { "x-restli-id": URN } }));
    const made = await preparePost(linkedInWork(server.url, { ...work, facts: readyFacts(...URNS) })).send(
      never,
    );
    assert.deepEqual(made, {
      id: URN,
      state: "published",
      permalink: `https://www.linkedin.com/feed/update/${URN}`,
      warnings: [],
      raw: { "x-restli-id": URN },
    });
    const [request, ...more] = server.asked("post");
    assert.deepEqual(more, []);
    assert.deepEqual(jsonOf(request!), { author: ORGANIZATION, commentary: "Hello", ...FRAME, ...body });
    const { authorization, ...headers } = Object.fromEntries(request!.headers);
    assert.equal(authorization, `Bearer ${ACCESS_TOKEN}`);
    assert.equal(headers["linkedin-version"], "202608");
    assert.equal(headers["x-restli-protocol-version"], "2.0.0");
    assert.equal(headers["content-type"], "application/json");
  });
}

const REFUSED: readonly (readonly [what: string, work: Work, code: string])[] = [
  ["a title without a film", { content: { settings: { title: "A" } } }, "settings_ignored"],
  ["an article beside files", {
    content: { mediaFiles: IMAGES, settings: { article: { url: "https://a.example", title: "A" } } },
  }, "settings_ignored"],
  [
    "an organization that hides its posts",
    { content: { settings: { visibility: "LOGGED_IN" } } },
    "settings_ignored",
  ],
  ["a file that was not handed in", { content: { mediaFiles: [...IMAGES, FILM] } }, "media_missing"],
  ["a setting that nobody knows", { content: { settings: { poll: {} } } }, "invalid_input"],
  ["a document's article", {
    option: "linkedin_document",
    content: { mediaFiles: [PDF], settings: { article: {} } },
  }, "invalid_input"],
  ["an author that is none", {
    connection: { externalId: "5000001", displayName: null, settings: {}, scopes: [] },
  }, "invalid_input"],
];

for (const [what, work, code] of REFUSED) {
  Deno.test(`${what} is never sent`, async () => {
    const facts = readyFacts(...URNS);
    const { failure } = await errorOf(() =>
      preparePost(linkedInWork("http://127.0.0.1:9", { ...work, facts }))
    );
    assert.deepEqual([failure.class, failure.code], ["never", code]);
  });
}

for (
  const headers of [{}, { "x-restli-id": "" }, { "x-restli-id": "7141138937766391808" }] as HeadersInit[]
) {
  Deno.test(`a success that names no post with ${JSON.stringify(headers)} leaves it in doubt`, async () => {
    await using server = fakeLinkedIn();
    server.answer("post", new Response(null, { status: 201, headers }));
    const { failure, isAmbiguous } = await errorOf(preparePost(linkedInWork(server.url)).send(never));
    assert.deepEqual([failure.class, failure.code, isAmbiguous], ["unknown", "malformed_answer", true]);
  });
}

Deno.test("what is forbidden is sent once more, and once alone", async () => {
  await using server = fakeLinkedIn();
  const made = new Response(null, { status: 201, headers: { "x-linkedin-id": URN } });
  server.answer("post", problem(403, { message: "The resource is forbidden" }), made);
  const prepared = preparePost(linkedInWork(server.url));
  assert.equal((await prepared.send(never)).id, URN);
  assert.equal(server.asked("post").length, 2);
  server.answer("post", problem(403, { message: "The resource is forbidden" }));
  const { failure } = await errorOf(preparePost(linkedInWork(server.url)).send(never));
  assert.deepEqual([failure.class, failure.scope, failure.code], ["reconnect", "connection", "forbidden"]);
  assert.equal(server.asked("post").length, 4);
});

Deno.test("a post that is refused for a file lets preparing know which files it had", async () => {
  await using server = fakeLinkedIn();
  server.answer("post", problem(400, { inputCode: "MEDIA_ASSET_PROCESSING_FAILED" }));
  const work = linkedInWork(server.url, { content: { mediaFiles: IMAGES }, facts: readyFacts(...URNS) });
  const error = await errorOf(preparePost(work).send(never));
  assert.deepEqual([error.failure.class, error.failure.code], ["backoff", "media_failed"]);
  assert.deepEqual(error.facts, { [FAILED]: URNS });
});

Deno.test("a film of which LinkedIn says nothing is posted with a remark, and found with it", async () => {
  await using server = fakeLinkedIn();
  server.answer("post", new Response(null, { status: 201, headers: { "x-restli-id": URN } }));
  const facts = { [factName(0)]: readyFact("urn:li:video:C4a", { unseen: true }) };
  const work = linkedInWork(server.url, { content: { mediaFiles: [FILM] }, facts });
  const remark = [{
    code: "still_processing",
    message: "LinkedIn does not say whether it has processed film.mp4: it may be shown only later",
    field: "mediaFiles.0",
  }];
  assert.deepEqual((await preparePost(work).send(never)).warnings, remark);
  const seen = await linkedin.observe(work, URN);
  assert.deepEqual(seen.state === "published" && [seen.postId, seen.warnings], [URN, remark]);
});
