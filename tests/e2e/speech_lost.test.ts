/**
 * Speeches whose answer is lost on the way. They were bought, cannot be asked for and are not bought again: who is not
 * sure says so, and the user has the price back.
 */
import { eventually, slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import type { Job } from "../../shared/rows/job.ts";
import { jobWhen } from "../world/api.ts";
import { Speaking } from "./speaking.ts";

// `supabase start` is not ours to break.
const isDocker = Deno.env.get("ESTEIRA_STACK") === "supabase";

Deno.test("a speech whose answer is lost is paid back, and never bought twice", async (t) => {
  const speaking = await Speaking.start();
  const { environment } = speaking;
  const { sql } = environment;
  const { faults } = environment.deployment;
  // Nobody here speaks for longer, and nobody wants to wait for longer.
  const pace = Math.ceil(slowness());
  await sql`update private.lanes set lease = ${3 * pace} * interval '1 second' where lane = 'openai'`;
  await sql`update public.tools set timeout = ${4 * pace} * interval '1 second' where tool = 'speech'`;

  /** The end of a speech that nobody will ever hear. */
  const isLost = async (job: Job, text: string, before: number) => {
    const end = await speaking.endOf(job, speaking.reap);
    assert.deepEqual([end.status, end.error_code, end.attempt], ["failed", "submit_unknown", 1]);
    assert.equal(await speaking.balance(), before, "the price is paid back");
    assert.equal(speaking.bought(text).length, 1, "it was bought once");
    assert.equal(await speaking.held(), 1, "its slot is kept while it may be spoken");
    await isUnheard(job);
    await speaking.lifeIsOver();
    // Three answers that are lost in a row are the weather; each here is for itself.
    await sql`select worker.provider_up('openai')`;
  };
  /** Nothing of a job can be read, by anybody. */
  const isUnheard = (job: Job) =>
    eventually(async () => {
      await speaking.reap();
      return (await speaking.stored(job)).length === 0 || undefined;
    }, { what: "its files to be gone", timeoutMs: 20_000 });

  try {
    for (
      const [text, fault] of [
        ["a connection that breaks", { kind: "cut_answer" }],
        ["a connection that breaks at once", { kind: "cut_answer", bytes: 0 }],
        ["a voice that stops in the middle", { kind: "stalled_answer" }],
        ["a voice slower than the lease", { kind: "slow", ms: 60_000 }],
        ["an error of OpenAI's own", { kind: "fail" }],
        ["a proxy that loses its patience", {
          kind: "http_error",
          path: "submit",
          status: 504,
          times: 1,
          accepted: true,
        }],
      ] as const
    ) {
      await t.step(text, async () => {
        const before = await speaking.balance();
        await isLost(await speaking.create(text, [fault]), text, before);
      });
    }

    await t.step({
      name: "the worker is killed while the sound comes",
      ignore: isDocker,
      fn: async () => {
        const text = "a speech of some length";
        const before = await speaking.balance();
        const job = await speaking.create(text, [{ kind: "slow_answer", ms: 2_500 }]);
        await speaking.sounds(text);
        faults?.killFunctions();
        await isLost(job, text, before);
      },
    });

    await t.step("a cancel while it is spoken: it was bought, and nothing comes back", async () => {
      const text = "one word too many";
      const before = await speaking.balance();
      const job = await speaking.create(text, [{ kind: "slow", ms: 1_000 }]);
      await speaking.begun(text);
      const spoken = await jobWhen(environment, speaking.user, job.id, () => true, "the job to be told");
      assert.equal(spoken.refundable, false, "it says so before");
      const cancelled = await speaking.cancel(job);
      assert.deepEqual([cancelled.status, cancelled.refund], ["cancelled", "due"]);
      const settled = await eventually(async () => {
        const [row] = await sql`select refund from public.jobs where id = ${job.id} and refund <> 'due'`;
        return row;
      }, { what: "the refund to be settled", timeoutMs: 20_000 });
      assert.equal(settled.refund, "withheld");
      assert.equal(await speaking.balance(), before - 1);
      await isUnheard(job);
    });

    await t.step({
      name: "a cancel, and the worker that would know is killed: nobody knows, so the price comes back",
      ignore: isDocker,
      fn: async () => {
        const text = "nobody will ever know";
        const before = await speaking.balance();
        const job = await speaking.create(text, [{ kind: "slow", ms: 2_000 }]);
        await speaking.begun(text);
        await speaking.cancel(job);
        faults?.killFunctions();
        assert.equal(await speaking.balance(), before - 1, "it may still be heard of");
        await speaking.lifeIsOver();
        const [row] = await sql`select refund from public.jobs where id = ${job.id}`;
        assert.equal(row?.refund, "paid");
        assert.equal(await speaking.balance(), before);
        await isUnheard(job);
      },
    });

    await t.step("in the end every slot is free, and every credit is where it belongs", async () => {
      await eventually(async () => {
        await speaking.lifeIsOver();
        return await speaking.held() === 0 || undefined;
      }, { what: "the slots to be free" });
      assert.deepEqual([...await sql`select * from ops.credit_drift()`], []);
      assert.equal((await speaking.ended("and another one")).status, "completed");
    });
  } finally {
    await environment.close();
  }
});
