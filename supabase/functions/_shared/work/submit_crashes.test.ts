/** Workers that die between any two steps of a submit: what may be paid for is bought once, and every attempt comes to an end. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { databaseError, fakeSupabase } from "../engine/fake_supabase.ts";
import { recordLogs } from "../runtime/fake_runtime.ts";
import { FakeAttempt } from "./fake_attempt.ts";
import { fakeTasks } from "./fake_tasks.ts";
import { submitMessage } from "./submit.ts";

recordLogs();
const project = fakeSupabase();
const MOST_READINGS = 60;

/** By which each reading of the message goes: the worker dies at its n-th step (0: not), and what the provider answers. */
interface Story {
  resubmit: "idempotent" | "at_least_once" | "reconcile_only";
  canFind: boolean;
  deaths: number[];
  answers: ("takes" | "refuses" | "breaks")[];
}

/** Reads the message again and again until it is done with, each time as soon as it can be seen. */
async function live({ resubmit, canFind, answers, ...story }: Story) {
  const deaths = [...story.deaths];
  const attempt = new FakeAttempt();
  let stepsLeft = Infinity;
  const dies = (where: string) => {
    if (--stepsLeft === 0) throw new Error(`the worker died ${where}`);
  };
  const { provider, tasks, submits } = fakeTasks(resubmit, canFind, [...answers], dies);
  project.reset();
  attempt.answer(project);
  // A call dies before it is made, or after it has been written and before its answer comes.
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
  Date.now = () => attempt.now;
  try {
    let readings = 0;
    while (!attempt.isDone && readings++ < MOST_READINGS) {
      attempt.now = Math.max(attempt.now, attempt.visibleAt) + 1;
      attempt.visibleAt = attempt.now + 60_000;
      stepsLeft = deaths.shift() || Infinity;
      await submitMessage(attempt.message(readings), provider).catch(() => {});
    }
    return { attempt, tasks, submits: submits(), readings };
  } finally {
    Date.now = now;
  }
}

const story = (resubmit: Story["resubmit"]) =>
  fc.record({
    resubmit: fc.constant(resubmit),
    canFind: fc.boolean(),
    deaths: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }),
    answers: fc.array(fc.constantFrom("takes" as const, "refuses" as const, "breaks" as const), {
      maxLength: 5,
    }),
  });

for (const resubmit of ["idempotent", "at_least_once", "reconcile_only"] as const) {
  Deno.test(`${resubmit}: wherever workers die, no task is bought twice that can be seen, and the message comes to its end`, async () => {
    await fc.assert(
      fc.asyncProperty(story(resubmit), async (story) => {
        const { attempt, tasks, submits } = await live(story);
        assert.ok(attempt.isDone, "it is worked on for ever");
        // No list of this provider lags, so a task that was made is always found before another is.
        assert.ok(tasks.length <= 1, `${tasks.length} tasks were made`);
        if (resubmit === "reconcile_only") assert.ok(submits <= 1);
        if (resubmit === "at_least_once") assert.ok(submits <= 3);
        if (story.canFind && tasks.length > 0) assert.equal(attempt.ending, "submitted", "it could be found");
        if (attempt.ending === "submitted") assert.equal(attempt.externalId, tasks[0]?.externalId);
        // Who is told that nothing was taken must have no task.
        if (attempt.ending === "wait") assert.equal(tasks.length, 0);
      }),
      { numRuns: 150 },
    );
  });
}

Deno.test("each single step at which the first worker may die ends as it should", async () => {
  for (let step = 1; step <= 8; step++) {
    for (const canFind of [true, false]) {
      const once = { deaths: [step], answers: [] };
      const idempotent = await live({ resubmit: "idempotent", canFind, ...once });
      assert.equal(idempotent.attempt.ending, "submitted", `step ${step}`);
      const unrepeated = await live({ resubmit: "reconcile_only", canFind, ...once });
      const isKnown = unrepeated.attempt.ending === "submitted";
      assert.ok(isKnown || unrepeated.attempt.ending === "submit_unknown", `step ${step}`);
      const atLeastOnce = await live({ resubmit: "at_least_once", canFind, ...once });
      assert.equal(
        atLeastOnce.attempt.ending,
        canFind ? "submitted" : unrepeated.attempt.ending,
        `step ${step}`,
      );
    }
  }
});
