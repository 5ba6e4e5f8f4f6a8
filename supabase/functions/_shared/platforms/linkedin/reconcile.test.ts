/** Whether a post whose answer was lost is there: found by its files or its words, and never somebody else's. */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import { fakeLinkedIn, linkedInWork, ORGANIZATION, PERSON, problem, readyFact } from "./fake_linkedin.ts";
import { escapeLittle } from "./little_text.ts";
import { factName } from "./media_facts.ts";
import { READY_AT, reconcilePost } from "./reconcile.ts";

const READY = "2026-11-27T03:00:00.000Z";
const AT = Date.parse(READY);
const CAPTION = "Hello (all) #sea_side";
const MINUTE_MS = 60_000;

function post(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: `urn:li:share:${id}`,
    author: ORGANIZATION,
    commentary: escapeLittle(CAPTION),
    lifecycleState: "PUBLISHED",
    createdAt: AT + 1000,
    ...more,
  };
}

const FILE = { name: "a.png", size: 3, type: "image/png", path: "a" };
const FACT = readyFact("urn:li:image:C4new", { former: ["urn:li:image:C4old"] });

async function found(
  elements: unknown[],
  work: Parameters<typeof linkedInWork>[1] = {},
): Promise<string> {
  await using server = fakeLinkedIn();
  server.answer("posts", { elements, paging: {} });
  const facts = { [READY_AT]: READY, ...work.facts };
  const content = { caption: CAPTION, ...work.content };
  const verdict = await reconcilePost(linkedInWork(server.url, { ...work, content, facts }));
  return verdict.state === "there" ? `there ${verdict.id.split(":").at(-1)}` : verdict.state;
}

const WITH_FILE = { content: { mediaFiles: [FILE] }, facts: { [factName(0)]: FACT } };
const article = { article: { url: "https://a.example/1", title: "A" } };

const STORIES: readonly (readonly [
  what: string,
  elements: unknown[],
  work: Parameters<typeof found>[1],
  verdict: string,
])[] = [
  ["the same words", [post(1)], {}, "there 1"],
  [
    "the same words, escaped otherwise",
    [post(1, { commentary: "Hello \\(all\\) {hashtag|#|sea_side}" })],
    {},
    "there 1",
  ],
  [
    "line ends of another kind",
    [post(1, { commentary: "a\r\nb " })],
    { content: { caption: "a\nb" } },
    "there 1",
  ],
  ["none", [], {}, "not_there"],
  ["other words", [post(1, { commentary: "Hello" })], {}, "not_there"],
  [
    "other letters of the same words",
    [post(1, { commentary: escapeLittle(CAPTION.toUpperCase()) })],
    {},
    "not_there",
  ],
  ["the same words from before", [post(1, { createdAt: AT - 2 * MINUTE_MS })], {}, "not_there"],
  ["the same words of a clock that is behind", [post(1, { createdAt: AT - 30_000 })], {}, "there 1"],
  ["another publication's post", [post(1)], { knownPostIds: ["urn:li:share:1"] }, "not_there"],
  ["the first of two", [post(2, { createdAt: AT + 9000 }), post(1)], {}, "there 1"],
  ["a draft", [post(1, { lifecycleState: "DRAFT" })], {}, "not_there"],
  ["another author's", [post(1, { author: PERSON })], {}, "not_there"],
  [
    "the same words with a file",
    [post(1, { content: { media: { id: "urn:li:image:X" } } })],
    {},
    "not_there",
  ],
  [
    "its file",
    [post(1, { commentary: "", content: { media: { id: "urn:li:image:C4new" } } })],
    WITH_FILE,
    "there 1",
  ],
  [
    "a file that it had before",
    [post(1, { content: { multiImage: { images: [{ id: "urn:li:image:C4old" }] } } })],
    WITH_FILE,
    "there 1",
  ],
  [
    "the same words with another file",
    [post(1, { content: { media: { id: "urn:li:image:X" } } })],
    WITH_FILE,
    "not_there",
  ],
  ["the same words whose file is not shown", [post(1)], WITH_FILE, "unknown"],
  ["its article", [post(1, { content: { article: { source: "https://a.example/1/" } } })], {
    content: { settings: article },
  }, "there 1"],
  ["another article", [post(1, { content: { article: { source: "https://b.example" } } })], {
    content: { settings: article },
  }, "not_there"],
  [
    "an article without a word",
    [post(1, { commentary: "", content: { article: { source: "https://a.example/1" } } })],
    { content: { caption: "", settings: article } },
    "unknown",
  ],
  ["what is no post beside it", [{ id: 5 }, null, "x", post(1)], {}, "there 1"],
];

for (const [what, elements, work, verdict] of STORIES) {
  Deno.test(`${what}: ${verdict}`, async () => assert.equal(await found(elements, work), verdict));
}

Deno.test("the account's posts are asked for as LinkedIn documents it", async () => {
  await using server = fakeLinkedIn();
  server.answer("posts", { elements: [] });
  await reconcilePost(linkedInWork(server.url));
  const [request] = server.asked("posts");
  assert.equal(
    `${request?.query}`,
    new URLSearchParams({ author: ORGANIZATION, q: "author", start: "0", count: "100", sortBy: "CREATED" })
      .toString(),
  );
  assert.equal(request?.headers.get("x-restli-method"), "FINDER");
});

Deno.test("where nobody may read nothing is asked, and nothing is known", async () => {
  await using server = fakeLinkedIn();
  const connection = { externalId: PERSON, displayName: "Ana", settings: {}, scopes: ["w_member_social"] };
  const verdict = await reconcilePost(linkedInWork(server.url, { connection }));
  assert.equal(verdict.state, "unknown");
  assert.match(verdict.state === "unknown" ? verdict.reason : "", /r_member_social/);
  assert.deepEqual(server.requests, []);
});

Deno.test("pages are looked through until they are older; an account that posts too much is not guessed at", async () => {
  const page = (createdAt: number) =>
    Array.from({ length: 100 }, (_, n) => post(n + 10, { commentary: "x", createdAt }));
  await using server = fakeLinkedIn();
  const work = linkedInWork(server.url, { content: { caption: CAPTION }, facts: { [READY_AT]: READY } });
  server.answer("posts", { elements: page(AT + 1000) }, { elements: [...page(AT + 500).slice(1), post(1)] });
  assert.equal((await reconcilePost(work)).state, "there");
  server.answer("posts", { elements: page(AT + 1000) }, { elements: page(AT - 5 * MINUTE_MS) });
  assert.equal((await reconcilePost(work)).state, "not_there");
  server.answer("posts", { elements: page(AT + 1000) });
  assert.equal((await reconcilePost(work)).state, "unknown");
});

Deno.test("a question that fails says nothing, and ends nobody's connection", async () => {
  await using server = fakeLinkedIn();
  for (
    const [answer, failureClass] of [[problem(403, { code: "ACCESS_DENIED" }), "never"], [
      problem(500),
      "wait",
    ]] as const
  ) {
    server.answer("posts", answer);
    assert.equal((await errorOf(reconcilePost(linkedInWork(server.url)))).failure.class, failureClass);
  }
  server.answer("posts", { elements: [{}] });
  assert.equal((await errorOf(reconcilePost(linkedInWork(server.url)))).failure.code, "malformed_answer");
});
