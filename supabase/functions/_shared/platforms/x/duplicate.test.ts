/** X refuses a post as a duplicate: which post does it mean? */
import assert from "node:assert/strict";
import { errorOf } from "../kit/work_fixture.ts";
import { fakeX, problem, timelineOf, xWork } from "./fake_x.ts";
import { preparePost } from "./post.ts";

const TWICE = problem(403, { detail: "You are not allowed to create a Tweet with duplicate content." });
const never = new AbortController().signal;
const READY = new Date(Date.now() - 10_000).toISOString();
const since = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

function refused(answer: Record<string, unknown> | Response, committedAt: string | null) {
  const server = fakeX();
  server.answer("post", TWICE);
  server.answer("timeline", answer);
  return { server, work: xWork(server.url, { facts: { ready_at: READY }, committedAt }) };
}

Deno.test("this one, of a commit before or sent twice on the way: it is published", async () => {
  for (const committedAt of [null, since(-5)]) {
    const { server, work } = refused(
      timelineOf({ id: "11", text: "Hello", created_at: since(-4) }),
      committedAt,
    );
    await using _ = server;
    const { id, state, permalink } = await preparePost(work).send(never);
    assert.deepEqual([id, state, permalink], ["11", "published", "https://x.com/ana/status/11"]);
  }
});

Deno.test("an older one, and nothing was committed before: refused for good, with the one that is there", async () => {
  const { server, work } = refused(
    timelineOf({ id: "10", text: "Hello", created_at: since(-9_000) }),
    null,
  );
  await using _ = server;
  const { failure, isAmbiguous } = await errorOf(preparePost(work).send(never));
  assert.deepEqual([failure.class, failure.code, isAmbiguous], ["never", "duplicate_content", false]);
  assert.match(failure.message, /https:\/\/x\.com\/ana\/status\/10$/);
});

Deno.test("an older one, but something was committed before: that may be meant as well", async () => {
  const { server, work } = refused(
    timelineOf({ id: "10", text: "Hello", created_at: since(-9_000) }),
    since(-5),
  );
  await using _ = server;
  const { failure, isAmbiguous } = await errorOf(preparePost(work).send(never));
  assert.deepEqual([failure.class, failure.code, isAmbiguous], ["unknown", "duplicate_content", true]);
});

Deno.test("none that is shown, or no answer: nobody knows yet", async () => {
  for (const answer of [timelineOf(), problem(429), new Response("<html>", { status: 500 })]) {
    const { server, work } = refused(answer, null);
    await using _ = server;
    const { failure, isAmbiguous, isUnreachable } = await errorOf(preparePost(work).send(never));
    assert.deepEqual([failure.class, failure.code, isAmbiguous, isUnreachable], [
      ...["unknown", "duplicate_content", true, false] as const,
    ]);
  }
});
