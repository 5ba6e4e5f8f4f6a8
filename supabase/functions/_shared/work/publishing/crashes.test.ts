/** Workers that die between any two steps, and answers that are lost: a post is there once, or not, or nobody knows and says so. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { databaseError, fakeSupabase } from "../../engine/fake_supabase.ts";
import { recordLogs } from "../../runtime/fake_runtime.ts";
import { FakePublication } from "./fake_publication.ts";
import { publishMessage } from "./publish.ts";
import { type Answer, APP, type Script, scriptedPlatform, TOKEN_OF } from "./scripted_platform_fixture.ts";

const logs = recordLogs();
const project = fakeSupabase();
const MOST_READINGS = 200;

/** By which each reading of the message goes: the worker dies at its n-th step (0: not). */
interface Story extends Omit<Script, "dies"> {
  deaths: number[];
}

/** Reads the message again and again until the job has ended, each time as soon as it can be seen. */
async function live({ deaths: planned, ...script }: Story) {
  const deaths = [...planned];
  const publication = new FakePublication();
  let stepsLeft = Infinity;
  let isDead = false;
  const dies = (where: string) => {
    if (--stepsLeft <= 0) isDead = true; // nothing that it does after its death has any effect
    if (isDead) throw new Error(`the worker died ${where}`);
  };
  const scripted = scriptedPlatform({
    ...script,
    commits: [...script.commits],
    ...script.others ? { others: [...script.others] } : {},
    dies,
  });
  project.reset();
  logs.length = 0;
  publication.answer(project);
  for (const [name, answer] of Object.entries(project.answers)) {
    project.answers[name] = (args) => {
      try {
        dies(`before ${name}`);
        const value = (answer as (args: Record<string, unknown>) => unknown)(args);
        dies(`after ${name}`);
        return value;
      } catch {
        return databaseError("nobody is there to hear the answer");
      }
    };
  }
  const { now } = Date;
  Date.now = () => publication.now;
  try {
    let readings = 0;
    while (publication.ending === null && readings++ < MOST_READINGS) {
      publication.now = Math.max(publication.now, publication.visibleAt) + 1;
      publication.visibleAt = publication.now + 60_000;
      stepsLeft = deaths.shift() || Infinity;
      isDead = false;
      const deadline = publication.now + 45_000;
      await publishMessage(publication.message(readings), scripted.means, deadline).catch(() => {});
    }
    return { ...scripted, publication, readings, told: JSON.stringify(project.calls) + logs.join("\n") };
  } finally {
    Date.now = now;
  }
}

const answers = fc.constantFrom<Answer>(
  "takes",
  "loses_answer",
  "loses_request",
  "token",
  "refuses",
  "busy",
  "fails_later",
);
const story = fc.record({
  deaths: fc.array(fc.integer({ min: 0, max: 16 }), { maxLength: 10 }),
  commits: fc.array(answers, { maxLength: 4 }),
  others: fc.array(
    fc.constantFrom("takes" as const, "loses_request" as const, "token" as const, "busy" as const),
    {
      maxLength: 8,
    },
  ),
  acts: fc.nat({ max: 3 }),
  processing: fc.nat({ max: 2 }),
  canReconcile: fc.boolean(),
});

Deno.test("wherever workers die and whatever is lost, a post is there once if it says so, and not at all if it says not", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (story) => {
      const { posts, publication, told } = await live(story);
      assert.notEqual(publication.ending, null, "it is worked on for ever");
      assert.ok(posts.length <= 1, `${posts.length} posts are there`);
      if (publication.ending === "completed") assert.equal(posts.length, 1);
      if (publication.ending === "failed") assert.equal(posts.length, 0);
      for (const secret of [TOKEN_OF(1), TOKEN_OF(2), APP.clientSecret]) {
        assert.ok(!told.includes(secret), "a token was told");
      }
    }),
    { numRuns: 250 },
  );
});

Deno.test("nobody knows only where it cannot be known: a platform that can be asked is, and its answer taken", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (story) => {
      const { publication, posts } = await live({ ...story, canReconcile: true });
      if (publication.ending === "outcome_unknown") assert.equal(posts.length, 0, "it could be found");
    }),
    { numRuns: 120 },
  );
});

Deno.test("an answer that was lost: found where it is there, made again where it is not, once in all", async () => {
  const commits = (...commits: Answer[]) => live({ deaths: [], commits, others: [] });
  const there = await commits("loses_answer");
  assert.deepEqual([there.publication.ending, there.posts.length], ["completed", 1]);
  assert.equal(there.asked.filter((what) => what === "commit").length, 1);
  const gone = await commits("loses_request");
  assert.deepEqual([gone.publication.ending, gone.posts.length], ["completed", 1]);
  const [first = 0, second = 0] = gone.publication.commits;
  assert.ok(
    second - first >= 150_000,
    "after a lease, half a minute and a minute in which nothing was found twice",
  );
  const never = await commits("loses_request", "loses_request", "loses_request", "loses_request");
  assert.deepEqual([never.publication.ending, never.publication.commits.length], ["outcome_unknown", 3]);
});

Deno.test("where no plan can tell, it says at once that nobody knows, and nothing is sent again", async () => {
  for (const lost of ["loses_answer", "loses_request"] as const) {
    const { publication, asked } = await live({ deaths: [], commits: [lost], canReconcile: false });
    assert.equal(publication.ending, "outcome_unknown");
    assert.equal(asked.filter((what) => what === "commit").length, 1);
  }
});

Deno.test("a token that is refused is renewed once and the call repeated; a commit that was refused was not done", async () => {
  const { publication, posts, renewals } = await live({ deaths: [], commits: ["token"], acts: 0 });
  assert.deepEqual([publication.ending, posts.length, renewals()], ["completed", 1, 1]);
  assert.equal(publication.submits, 1, "behind the same fence");
  const prepared = await live({ deaths: [], commits: [], others: ["token"] });
  assert.deepEqual([prepared.publication.ending, prepared.renewals()], ["completed", 1]);
});

Deno.test("each single step at which the first worker may die ends with the post there once", async () => {
  for (let step = 1; step <= 16; step++) {
    const { publication, posts } = await live({ deaths: [step], commits: [] });
    assert.deepEqual([publication.ending, posts.length], ["completed", 1], `step ${step}`);
  }
});

Deno.test("a failure after the commit is believed at the second reading", async () => {
  const { publication, posts, asked } = await live({ deaths: [], commits: ["fails_later"] });
  assert.deepEqual([publication.ending, posts.length], ["failed", 0]);
  assert.equal(asked.filter((what) => what.startsWith("observe")).length, 2);
});

Deno.test("what preparing has come to is kept act by act, and not done again", async () => {
  for (let step = 1; step <= 14; step++) {
    const { asked, publication } = await live({ deaths: [step], commits: [], acts: 3 });
    const acts = asked.filter((what) => what.startsWith("prepare"));
    assert.ok(acts.length <= 4, `only the act that was under way is done again: ${acts}`);
    const kept = publication.steps.filter((name) => name.startsWith("act"));
    assert.deepEqual(kept, ["act_1", "act_2", "act_3"]);
  }
});
