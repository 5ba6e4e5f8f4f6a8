/** Models trained on Astria: what their owner's screen hears, and what is paid for when something goes wrong. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { Training } from "./training.ts";

Deno.test("a model is trained on a user's pictures, and the screen hears of it", async (t) => {
  const training = await Training.start({ taskMs: 400 });
  const { environment } = training;
  try {
    // @acceptance 001:4-6, 001:292, 001:293, 001:294, 001:295, 001:298
    await t.step("that it is ready is heard within two seconds of the training's end", async () => {
      const { id } = await training.create();
      assert.equal((await training.hears(id, "TRAINING")).event.new?.name, "Ana");
      const { event, at } = await training.hears(id, "READY");
      const [tune] = training.tunesOf(id);
      const late = at - Number(tune?.endedAt);
      assert.ok(late < 2000, `${late} ms`);
      const told = at - Date.parse(event.new?.trainedAt ?? "");
      assert.ok(told < 1000, `told ${told} ms after its row was READY`);
      assert.deepEqual([event.progress, event.new?.modelUrl], [100, tune?.id]);
      const { status, progress, modelUrl } = await training.modelOf(id);
      assert.deepEqual([status, progress, modelUrl], ["READY", 100, tune?.id]);
    });

    await t.step("the job's result is the model's id and its times, and no file", async () => {
      const { id } = await training.create();
      const job = await training.reaches(id, "completed");
      const [tune] = training.tunesOf(id);
      assert.equal(tune?.title, `${id}-1`);
      assert.deepEqual([job.request_id, job.output_url, job.output?.files], [tune?.id, null, []]);
      assert.equal(job.output?.data?.model_url, tune?.id);
      assert.ok(job.output?.data?.trained_at && job.output.data.expires_at);
      const steps = job.step_history.map(({ step }) => step);
      assert.deepEqual(steps.slice(-4), ["starting", "running", "webhook_received", "completed"]);
    });

    await t.step("progress is heard of while it trains, and never goes back", async () => {
      const { id } = await training.create({ kind: "slow", ms: 2500 });
      await training.reaches(id, "completed", training.reap);
      await training.hears(id, "READY");
      const shown = training.heardOf(id).map(({ event }) =>
        [event.new?.version ?? 0, event.progress] as const
      );
      assert.ok(shown.filter(([, percent]) => percent > 0 && percent < 100).length >= 2, `shown: ${shown}`);
      assert.deepEqual(shown, shown.toSorted(([a], [b]) => a - b));
      assert.deepEqual(shown, shown.toSorted(([, a], [, b]) => a - b));
    });

    await t.step("polls of a training do not add up", async () => {
      const { id } = await training.create({ kind: "slow", ms: 1500 });
      await training.reaches(id, "running");
      for (let n = 0; n < 5; n++) {
        await training.reap();
        await eventually(async () => {
          const [asked] = await environment.sql`
            select count(*)::integer as n, min(vt) > clock_timestamp() + interval '1 second' as is_put_off
            from pgmq.q_settle_queue where message ->> 'job_id' = ${id} and message ->> 'kind' = 'poll'`;
          assert.ok(asked?.n <= 1);
          return asked?.n === 0 || asked?.is_put_off || undefined;
        }, { what: "the question to be put off, or over" });
      }
      await training.reaches(id, "completed", training.reap);
    });

    // @acceptance 001:48-51, 001:134-143
    await t.step("a lost callback is made good by asking", async () => {
      const { id } = await training.create({ kind: "lost_webhook" });
      const job = await training.reaches(id, "completed", training.reap);
      assert.equal(job.step_history.some(({ step }) => step === "webhook_received"), false);
      assert.equal((await training.hears(id, "READY")).event.new?.modelUrl, training.tunesOf(id)[0]?.id);
    });

    await t.step(
      "a callback that comes before the 201, twice, and before the truth, counts once",
      async () => {
        const { id } = await training.create(
          { kind: "webhook_before_answer" },
          { kind: "duplicate_webhook", copies: 2 },
          { kind: "stale_readings", times: 1 },
        );
        const job = await training.reaches(id, "completed", training.reap);
        assert.equal(job.step_history.filter(({ step }) => step === "webhook_received").length, 1);
        assert.equal(training.tunesOf(id).length, 1);
      },
    );

    await t.step(
      "cancelling deletes the tune, gives the credits back and ends the model's training",
      async () => {
        const before = await training.balance();
        const { id } = await training.create({ kind: "slow", ms: 60_000 });
        await training.reaches(id, "running");
        await environment.sql`select public.cancel_job(${id})`;
        const { event } = await training.hears(id, "ERROR");
        assert.equal(event.new?.errorMessage, "The training was cancelled.");
        assert.equal((await training.modelOf(id)).errorMessage, "The training was cancelled.");
        await eventually(() => training.tunesOf(id)[0]?.isDeleted || undefined, {
          what: "the tune to be deleted",
          timeoutMs: 20_000,
        });
        // Paid back once it is known to be gone.
        await eventually(async () => await training.balance() === before || undefined, {
          what: "the refund",
          timeoutMs: 20_000,
        });
      },
    );
  } finally {
    await environment.close();
  }
});

Deno.test("a training that goes wrong is paid for once or not at all", async (t) => {
  const training = await Training.start({ taskMs: 300, isIdempotent: false });
  const { environment } = training;
  try {
    await t.step(
      "a tune that was made although Astria answered 504 is found and not made again",
      async () => {
        const { id } = await training.create(
          { kind: "http_error", path: "submit", status: 504, times: 1, accepted: true },
          { kind: "lost_webhook" },
        );
        await training.inDoubt(id);
        await training.endGrace();
        const job = await training.reaches(id, "completed", training.reap);
        assert.equal(training.tunesOf(id).length, 1);
        assert.equal(job.attempt, 1);
      },
    );

    await t.step("one that was not made is made after the grace, under the same title", async () => {
      const { id } = await training.create({ kind: "http_error", path: "submit", status: 504, times: 1 });
      await training.inDoubt(id);
      assert.deepEqual(training.tunesOf(id), []);
      await training.endGrace();
      await training.reaches(id, "completed", training.reap);
      assert.deepEqual(training.tunesOf(id).map(({ title }) => title), [`${id}-1`]);
    });

    await t.step("pictures that Astria refuses fail it for good, in Astria's own words", async () => {
      const before = await training.balance();
      const body = { images: ["must show one person"] };
      const { id } = await training.create({ kind: "refusal", status: 422, body, times: 1 });
      const job = await training.reaches(id, "failed");
      assert.deepEqual([job.error_code, job.error_message], ["http_422", JSON.stringify(body)]);
      const { status, errorMessage } = await training.modelOf(id);
      assert.deepEqual([status, errorMessage], ["ERROR", JSON.stringify(body)]);
      assert.equal(await training.balance(), before);
    });

    await t.step("a busy account costs no attempt", async () => {
      const { id } = await training.create({ kind: "busy", times: 1 });
      await training.reaches(id, "completed", training.reap);
      const [row] = await environment.sql`select attempt, retry_count from public.jobs where id = ${id}`;
      assert.deepEqual({ ...row }, { attempt: 1, retry_count: 0 });
    });

    // Last, for it changes the tool. Astria tells of no failure: what never gets trained_at ends at its deadline.
    await t.step(
      "a failed training ends at its deadline, an error and refunded, and no second tune is bought",
      async () => {
        const { sql, astria } = environment;
        await sql`update public.tools set timeout = '1200 milliseconds' where tool = 'model_training'`;
        const before = await training.balance();
        astria.misbehave({ fault: { kind: "fail" } });
        const { id } = await training.create();
        const job = await training.reaches(id, "failed", training.reap);
        assert.equal(job.error_code, "deadline_exceeded");
        assert.deepEqual(training.tunesOf(id).map(({ title }) => title), [`${id}-1`]);
        assert.equal(await training.balance(), before);
        assert.equal((await training.hears(id, "ERROR")).event.new?.errorMessage, job.error_message);
        const statuses = training.heardOf(id).map(({ event }) => event.status);
        assert.equal(statuses.indexOf("ERROR"), statuses.length - 1);
      },
    );

    await t.step("the ledger is right", async () => {
      assert.deepEqual([...await environment.sql`select * from ops.credit_drift()`], []);
    });
  } finally {
    await environment.close();
  }
});
