/** What becomes of a post that LinkedIn calls a duplicate. */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import { fakeLinkedIn, linkedInWork, ORGANIZATION, PERSON, problem } from "./fake_linkedin.ts";
import { preparePost } from "./post.ts";
import { READY_AT } from "./reconcile.ts";

const never = new AbortController().signal;
const READY = "2026-11-27T03:00:00.000Z";
const AT = Date.parse(READY);
const TWICE = problem(422, {
  inputCode: "DUPLICATE_POST",
  message: "Content is a duplicate of urn:li:share:7",
});
const post = (id: number, createdAt: number, commentary = "Hello") => ({
  ...{ id: `urn:li:share:${id}`, author: ORGANIZATION, commentary, createdAt, lifecycleState: "PUBLISHED" },
});

function told(elements: unknown[] | Response, work: Parameters<typeof linkedInWork>[1] = {}) {
  const server = fakeLinkedIn();
  server.answer("post", TWICE);
  server.answer("posts", elements instanceof Response ? elements : { elements });
  const facts = { [READY_AT]: READY };
  return { server, commit: preparePost(linkedInWork(server.url, { facts, ...work })).send(never) };
}

Deno.test("one that was made since this could be sent is this one", async () => {
  const { server, commit } = told([post(8, AT + 1000), post(7, AT - 86_400_000)]);
  await using _ = server;
  assert.equal((await commit).id, "urn:li:share:8");
});

Deno.test("where there is an older one, and nothing was committed before, it is refused with its address", async () => {
  const { server, commit } = told([post(9, AT + 1000, "Other"), post(7, AT - 86_400_000)]);
  await using _ = server;
  const { failure, isAmbiguous } = await errorOf(commit);
  assert.deepEqual([failure.class, failure.code, isAmbiguous], ["never", "duplicate_content", false]);
  assert.match(failure.message, /feed\/update\/urn:li:share:7$/);
});

Deno.test("else it is in doubt: committed before, nothing like it, not to be read, or nobody says", async () => {
  const older = [post(7, AT - 86_400_000)];
  const connection = { externalId: PERSON, displayName: "Ana", settings: {}, scopes: ["w_member_social"] };
  const cases: [unknown[] | Response, Parameters<typeof linkedInWork>[1], number][] = [
    [older, { committedAt: "2026-11-27T03:01:00.000Z" }, 1],
    [[], {}, 1],
    [older, { connection }, 0],
    [problem(500), {}, 1],
  ];
  for (const [elements, work, asked] of cases) {
    const { server, commit } = told(elements, work);
    await using _ = server;
    const { failure, isAmbiguous } = await errorOf(commit);
    assert.deepEqual([failure.class, failure.code, isAmbiguous], ["unknown", "duplicate_content", true]);
    assert.equal(server.asked("posts").length, asked);
  }
});
