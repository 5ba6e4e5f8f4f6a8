/** Functions that take no webhook at all: what was refused is sent again or is not, and each job ends all the same. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { createJob, jobWhen, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

/** A job's end, and how its provider's webhooks were answered. */
async function endOf(
  environment: Environment,
  user: User,
  { id }: { id: string },
  lane: "runninghub" | "astria",
) {
  const isOver = ({ status }: { status: string }) => status === "completed" || status === "failed";
  const job = await jobWhen(environment, user, id, isOver, "the job to end");
  const task = environment[lane].tasks().find((task) => task.id === job.request_id);
  assert.ok(task, "it had a task");
  const answers = await eventually(() => {
    const attempts = task.webhooks.flatMap(({ attempts }) => attempts);
    return attempts.length > 0 ? attempts.map((one) => one.kind === "answered" && one.status) : undefined;
  }, { what: "a webhook to be answered" });
  return { job, answers };
}

Deno.test("a job whose webhooks are all refused ends by asking, whether or not its provider sends them again", async (t) => {
  const environment = await startEnvironment({
    functionsEnv: { ESTEIRA_WEBHOOKS_AT_ONCE: "0" },
    astria: { taskMs: 500 },
    runninghub: { taskMs: 500 },
  });
  const { sql } = environment;
  const user = await environment.signUp(500);
  try {
    await sql`
      update private.lanes set poll_after = '2 seconds', poll_every = '1 second' where lane in ('runninghub', 'astria')`;

    await t.step("RunningHub sends again", async () => {
      const image = await uploadInput(user, drawPicture(24));
      const created = await createJob(environment, user, "upscaler", { image });
      const { job, answers } = await endOf(environment, user, created, "runninghub");
      assert.equal(job.status, "completed", job.error_message ?? "");
      assert.deepEqual(new Set(answers), new Set([503]));
    });

    await t.step("Astria does not", async () => {
      const images = await Promise.all([11, 12, 13, 14].map((side) => uploadInput(user, drawPicture(side))));
      const created = await createJob(environment, user, "model_training", {
        name: "Ana",
        subject: "woman",
        images,
        characteristics: { eye_color: "green eyes" },
      });
      const { job, answers } = await endOf(environment, user, created, "astria");
      assert.equal(job.status, "completed", job.error_message ?? "");
      assert.deepEqual(answers, [503], "it was told once");
    });

    await t.step("nothing of a webhook was kept, nothing is refunded, each slot is free", async () => {
      const [count] = await sql`select count(*)::int as events from private.webhook_events`;
      assert.equal(count?.["events"], 0);
      assert.equal((await sql`select * from ops.credit_drift()`).length, 0);
      const refunds = await sql`select kind from public.credit_entries where kind = 'refund'`;
      assert.equal(refunds.length, 0);
      await eventually(async () => {
        const held = await sql`select token from private.slots where token is not null`;
        return held.length === 0 ? true : undefined;
      }, { what: "the slots to be free" });
    });
  } finally {
    await environment.close();
  }
});
