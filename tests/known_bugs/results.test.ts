/** Bugs 4, 9, 11, 12 and 14 of public code that settles tasks (known-bugs.md), and that Esteira does not have them. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { answered, answersTo, Scene, taskOf, tasksOf } from "../world/scene.ts";

Deno.test("known bugs: what is made of a provider's answers", async (t) => {
  const scene = await Scene.start();
  const { runninghub, kie, deployment, sql } = scene.environment;

  /** A job whose task has ended without anybody having been told. */
  async function silentlyOver(): Promise<string> {
    runninghub.misbehave({ times: 1, fault: { kind: "lost_webhook" } });
    const { id } = await scene.running(await scene.upscale());
    await eventually(async () => (await taskOf(runninghub, id)).outcome ?? undefined, {
      what: "the task to end",
    });
    return id;
  }

  /** Webhooks (of different bytes), polls and sweeps for a job, all at once. */
  async function finaliseFromAllSides(id: string): Promise<void> {
    const { webhookUrl, taskId } = await taskOf(runninghub, id);
    const eventData = JSON.stringify({ code: 0, msg: "success", data: [] });
    assert.equal(await scene.poll(), 1, "there is a question about it");
    await Promise.all(Array.from({ length: 4 }, async (_, n) => {
      const said = scene.post(webhookUrl, { event: "TASK_END", taskId, eventData, n });
      await Promise.all([said, scene.poll(), scene.lookAgain()]);
      assert.equal((await said).status, 200);
    }));
  }

  try {
    await t.step("bug 4: webhooks, polls and sweeps that come together complete a job once", async () => {
      const id = await silentlyOver();
      await finaliseFromAllSides(id);
      const job = await scene.completed(id);
      await scene.lookAgain();
      assert.ok((await scene.events(id)).length >= 4);
      assert.equal(scene.steps(await scene.job(id), "completed").length, 1);
      assert.deepEqual((await scene.attempts(id)).map(({ outcome }) => outcome), ["succeeded"]);
      assert.deepEqual([job.output?.files.length, (await scene.files(id)).length], [1, 1]);
      assert.deepEqual(await scene.ledger(id), ["charge"]);
    });

    await t.step("bug 4: webhooks, polls and sweeps that come together fail a job once", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "fail", exceptionMessage: "Too dark" } });
      const id = await silentlyOver();
      await finaliseFromAllSides(id);
      const job = await scene.insist(id);
      await scene.lookAgain();
      await scene.poll();
      assert.equal((await scene.job(id)).version, job.version, "what comes later changes nothing");
      assert.deepEqual([job.status, job.error_message], ["failed", "Too dark"]);
      assert.equal(scene.steps(job, "failed").length, 1);
      assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
      const letters = await sql`select from ops.dead_letters where job_id = ${id}`;
      assert.equal(letters.length, 1);
    });

    await t.step(
      "bug 9: a webhook without data, and a success without results, are neither success nor failure",
      async () => {
        runninghub.misbehave({ times: 1, fault: { kind: "malformed_event_data", eventData: null } });
        runninghub.misbehave({ times: 1, fault: { kind: "success_without_outputs", times: 2 } });
        const id = await scene.upscale();
        assert.deepEqual(await answered(runninghub, id, 1), [200]);
        await scene.putOff(id);
        const [event] = await scene.events(id);
        assert.equal(event?.payload.eventData, null);
        const { status, output_url } = await scene.job(id);
        assert.deepEqual([status, output_url], ["processing", null]);
        assert.deepEqual(await scene.ledger(id), ["charge"]);
        assert.equal((await scene.insist(id)).status, "completed");
        assert.equal((await scene.files(id)).length, 1);
      },
    );

    await t.step(
      "bug 11: what is kept is our own copy; a link that has expired is asked for anew",
      async () => {
        runninghub.misbehave({ times: 1, fault: { kind: "expired_output", fresh: true } });
        const id = await scene.upscale();
        const job = await scene.insist(id);
        assert.equal(job.status, "completed");
        const { outputs } = await taskOf(runninghub, id);
        assert.ok(outputs.some(({ fetches }) => fetches > 1), "the copy was tried before");
        assert.equal(tasksOf(runninghub, id).length, 1, "it was not made again");
        assert.ok(
          job.output_url?.startsWith(`${deployment.apiUrl}/storage/v1/object/`),
          job.output_url ?? "",
        );
        assert.ok(!JSON.stringify(job).includes(runninghub.url), "no address of the provider's is told");
        assert.equal((await scene.files(id)).length, 1);
      },
    );

    await t.step("bug 11: a result that is gone for good does not complete its job", async () => {
      kie.misbehave({ contains: "a wreck", fault: { kind: "expired_output" } });
      const id = await scene.image("a wreck");
      await scene.putOff(id);
      const [{ deadline_at } = {}] = await sql`select deadline_at from public.jobs where id = ${id}`;
      assert.equal(deadline_at, null, "what is made waits for no deadline but that of its copy");
      await sql`update public.job_attempts set word_at = word_at - interval '1 day' where job_id = ${id}`;
      await sql`select worker.reap()`;
      const job = await scene.ended(id);
      assert.deepEqual([job.status, job.error_code, job.output_url], ["failed", "output_unavailable", null]);
      assert.equal(tasksOf(kie, id).length, 1, "it was not made again");
      assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
    });

    await t.step(
      "bug 12: a webhook is answered before its result is copied, so it does not come twice",
      async () => {
        const bytes = 48 * 1024 * 1024;
        kie.misbehave({ contains: "an ocean", fault: { kind: "big_output", bytes } });
        const id = await scene.image("an ocean");
        const job = await scene.completed(id);
        const task = await taskOf(kie, id);
        const answeredAt = task.webhooks[0]?.updatedAt;
        assert.deepEqual(answersTo(task), [200]);
        assert.ok(answeredAt && answeredAt < new Date(job.completed_at ?? 0), "the answer came first");
        const [kept] = await sql`
        select created_at from storage.objects where bucket_id = 'outputs' and name = ${
          job.output?.files[0]?.path ?? ""
        }`;
        assert.ok(answeredAt < kept?.created_at, "the copy ended after the answer");
        assert.equal(job.output?.files[0]?.bytes, bytes);
      },
    );

    await t.step("bug 14: a failure that only one reading has seen is not believed", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "failed_then_success", polls: 1 } });
      const id = await silentlyOver();
      await scene.poll();
      await scene.putOff(id);
      const [attempt] = await scene.attempts(id);
      assert.deepEqual(attempt?.checkpoint.failure_seen, true, "the failure was read");
      assert.equal((await scene.job(id)).status, "processing");
      assert.deepEqual(await scene.ledger(id), ["charge"]);
      const job = await scene.insist(id);
      assert.deepEqual([job.status, job.error_code], ["completed", null]);
      assert.deepEqual(await scene.ledger(id), ["charge"]);
    });

    await t.step(
      "bug 14: a webhook that says FAILED of a task that succeeded is not believed either",
      async () => {
        runninghub.misbehave({ times: 1, fault: { kind: "failed_then_success", polls: 0, webhook: true } });
        const job = await scene.completed(await scene.upscale());
        const said = (await taskOf(runninghub, job.id)).webhooks.map(({ status }) =>
          String(status).toLowerCase()
        );
        assert.match(said[0] ?? "", /fail/);
        assert.deepEqual(await scene.ledger(job.id), ["charge"]);
      },
    );
    await scene.creditsAddUp();
  } finally {
    await scene.close();
  }
});
