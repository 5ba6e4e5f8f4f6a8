/** What a cancel does at each step of a job, as its owner sees it: what becomes of the price, the slot and the task. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { jobResponse } from "../../shared/requests/requests.ts";
import type { Job } from "../../shared/rows/job.ts";
import { codeOf } from "../world/api.ts";
import { openGate } from "../world/gate.ts";
import { Scene, taskOf, tasksOf } from "../world/scene.ts";

Deno.test("a cancel pays back what nothing was made for, whenever it comes", async (t) => {
  const scene = await Scene.start();
  const { environment } = scene;
  const { runninghub, kie, sql } = environment;
  const gate = openGate(runninghub.url);
  await sql`
    update private.accounts set settings = settings || ${
    sql.json({ base_url: gate.url })
  } where lane = 'runninghub'`;

  /** The job as the answer to its cancelling shows it. */
  const cancel = async (id: string): Promise<Job> => {
    const answer = await scene.cancel(id);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { job } = jobResponse.parse(answer.body);
    assert.deepEqual([job.status, job.refundable], ["cancelled", false]);
    return job;
  };
  /** How many slots a job's attempts hold. */
  const held = async (id: string): Promise<number> => {
    const slots = await sql`select from private.slots where job_id = ${id} and token is not null`;
    return slots.length;
  };
  /** A job that runs at KIE, which cannot stop tasks, for a while. */
  const runs = async (prompt: string, ms = 1000): Promise<Job> => {
    kie.misbehave({ contains: prompt, fault: { kind: "slow", ms } });
    return await scene.running(await scene.image(prompt));
  };
  const terms = (terms: string) => sql`update private.lanes set cancel_refund = ${terms} where lane = 'kie'`;

  try {
    await t.step("while it waits: at once", async () => {
      const [account] = await sql`select account_id from private.accounts where lane = 'kie'`;
      await sql`select private.set_capacity(${account?.account_id}, 1)`;
      const { id: before } = await runs("first in the queue");
      const id = await scene.image("second in the queue");
      const { status, refundable } = await scene.job(id);
      assert.deepEqual([status, refundable], ["pending", true]);
      assert.equal((await cancel(id)).refund, "paid");
      assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
      await sql`select private.set_capacity(${account?.account_id}, 5)`;
      await scene.completed(before);
      assert.equal(tasksOf(kie, id).length, 0);
    });

    await t.step("while its files go to the provider: at once, and it is not submitted", async () => {
      const hold = gate.hold("/task/openapi/upload", "request");
      const id = await scene.upscale();
      await hold.reached;
      assert.equal((await scene.job(id)).refundable, true);
      assert.equal((await cancel(id)).refund, "paid");
      assert.equal(await held(id), 0);
      hold.release();
      await scene.completed(await scene.upscale());
      assert.equal(tasksOf(runninghub, id).length, 0);
    });

    await t.step("while it is submitted: when its task has been found and stopped", async () => {
      const hold = gate.hold("/task/openapi/ai-app/run", "answer");
      runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 60_000 } });
      const id = await scene.upscale();
      await hold.reached;
      assert.equal((await scene.job(id)).refundable, true, "RunningHub stops tasks");
      assert.equal((await cancel(id)).refund, "due");
      assert.equal(await held(id), 1, "its task may live");
      hold.release();
      assert.equal(await scene.refund(id), "paid");
      assert.deepEqual([(await taskOf(runninghub, id)).outcome, await held(id)], ["cancelled", 0]);
      assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
    });

    await t.step("at a provider that says it will stop the task, and makes it: withheld", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 1500 } });
      runninghub.misbehave({ times: 1, fault: { kind: "ignores_cancel" } });
      const { id } = await scene.running(await scene.upscale());
      assert.equal((await cancel(id)).refund, "due");
      assert.equal(await held(id), 1);
      assert.equal(await scene.refund(id), "withheld");
      const task = await taskOf(runninghub, id);
      assert.deepEqual([task.outcome, task.cancels.length > 0, await held(id)], ["succeeded", true, 0]);
    });

    await t.step("at a provider that cannot stop tasks: it says so before, and keeps the slot", async () => {
      const { id, refundable } = await runs("too late");
      assert.equal(refundable, false);
      assert.equal((await cancel(id)).refund, "due");
      assert.equal(await held(id), 1);
      assert.equal(await scene.refund(id), "withheld");
      assert.deepEqual([(await taskOf(kie, id)).outcome, await held(id)], ["succeeded", 0]);
      assert.deepEqual(await scene.ledger(id), ["charge"]);
      const { output, output_url } = await scene.job(id);
      assert.deepEqual([output, output_url, await scene.files(id)], [null, null, []]);
    });

    await t.step("nor can it, but the task fails: paid back all the same", async () => {
      kie.misbehave({ contains: "lucky", fault: { kind: "fail" } });
      const { id } = await runs("lucky");
      assert.equal((await cancel(id)).refund, "due");
      assert.equal(await scene.refund(id), "paid");
      assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
    });

    await t.step("an operator may bear the cost, or leave it with the user; the slot waits", async () => {
      for (
        const [policy, refundable, refund] of [["always", true, "paid"], [
          "never",
          false,
          "withheld",
        ]] as const
      ) {
        await terms(policy);
        const job = await runs(`under the terms: ${policy}`);
        assert.equal(job.refundable, refundable, policy);
        assert.equal((await cancel(job.id)).refund, refund);
        assert.equal(await held(job.id), 1);
        await eventually(async () => await held(job.id) === 0 || undefined, { what: "the slot to be free" });
        assert.equal((await scene.job(job.id)).refund, refund, "it stays");
      }
      await terms("confirmed");
    });

    await t.step("once the provider is done it is refused, and the job completes", async () => {
      kie.misbehave({ contains: "nearly there", fault: { kind: "big_output", bytes: 60_000 } });
      kie.misbehave({ contains: "nearly there", fault: { kind: "slow_output", bytesPerS: 30_000 } });
      const id = await scene.image("nearly there");
      const job = await scene.when(
        id,
        ({ current_step }) => current_step === "webhook_received",
        "the webhook",
      );
      assert.equal(job.refundable, false);
      const answer = await scene.cancel(id);
      assert.deepEqual([answer.status, codeOf(answer)], [409, "job_finishing"]);
      await scene.completed(id);
      assert.deepEqual(await scene.ledger(id), ["charge"]);
    });

    await scene.creditsAddUp();
  } finally {
    await gate.close();
    await scene.close();
  }
});
