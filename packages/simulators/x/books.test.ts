import assert from "node:assert/strict";
import fc from "fast-check";
import { until } from "../kit/receiver_fixture.ts";
import type { Fault } from "./faults.ts";
import { type TestX, withX } from "./x_client_fixture.ts";

const faults: fc.Arbitrary<Fault | undefined> = fc.option(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom("http_error" as const),
      path: fc.constant("commit" as const),
      status: fc.constantFrom(500, 502, 404),
      times: fc.constant(1),
      accepted: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("hang" as const),
      path: fc.constant("commit" as const),
      times: fc.constant(1),
      accepted: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("late_answer" as const),
      path: fc.constant("commit" as const),
      ms: fc.constantFrom(1, 40),
      times: fc.constant(1),
      taken: fc.constantFrom("at_once" as const, "late" as const),
    }),
    fc.record({
      kind: fc.constantFrom("unauthorized" as const, "no_credits" as const, "access_ends" as const),
      path: fc.constant("commit" as const),
      times: fc.constant(1),
    }),
    fc.constant({ kind: "calls_duplicate" as const, times: 1 }),
  ),
  { nil: undefined },
);

/** Posts under a fault; gives up once X has heard of it, where it will hear nothing or not soon. @returns what was answered. */
async function post(x: TestX, text: string, fault: Fault | undefined): Promise<number | null> {
  if (fault) x.simulator.misbehave({ contains: text, fault });
  x.token = x.simulator.grant("ana").access_token;
  const leaving = new AbortController();
  const answer = x.tweet(text, undefined, { signal: leaving.signal }).then(
    ({ status }) => status,
    () => null,
  );
  if (fault?.kind === "hang" || fault?.kind === "late_answer") {
    await until(() => x.simulator.commits().some(({ texts }) => texts.includes(text)));
    leaving.abort();
  }
  return await answer;
}

Deno.test("whatever goes wrong, the books know every commit and every post, and which made which", () =>
  withX({ accountLimit: { limit: 10_000, windowMs: 1 } }, async (x) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(faults, { minLength: 1, maxLength: 8 }), async (faults) => {
        const { simulator } = x;
        const [before, commitsBefore] = [simulator.posts().length, simulator.commits().length];
        const name = `run ${run++}`;
        const seen = await Promise.all(faults.map((fault, n) => post(x, `${name}, post ${n}.`, fault)));
        await until(() => simulator.counts().alive === 0);
        const commits = () => simulator.commits().slice(commitsBefore);
        // What is late comes to its end, too, when nobody is there any more to hear of it.
        for (const [n, fault] of faults.entries()) {
          if (fault?.kind !== "late_answer") continue;
          await until(() => simulator.posts().some(({ text }) => text === `${name}, post ${n}.`));
        }

        const posts = simulator.posts().slice(before);
        assert.equal(commits().length, faults.length);
        for (const { id, commit, text } of posts) {
          const made = simulator.commits()[commit - 1];
          assert.deepEqual([made?.outcome, made?.postId, made?.texts[0]], ["posted", id, text]);
        }
        assert.equal(posts.length, commits().filter(({ outcome }) => outcome === "posted").length);
        assert.equal(new Set(posts.map(({ text }) => text)).size, posts.length);
        for (const [n, status] of seen.entries()) {
          const isThere = posts.some(({ text }) => text === `${name}, post ${n}.`);
          if (status === 201) assert.ok(isThere);
          if (status === 401 || status === 402 || status === 403) assert.ok(!isThere);
        }
      }),
      { numRuns: 25 },
    );
    const { commits, posts, mostAlive } = x.simulator.counts();
    assert.deepEqual([commits, posts], [x.simulator.commits().length, x.simulator.posts().length]);
    assert.ok(mostAlive <= 8);
  }));
