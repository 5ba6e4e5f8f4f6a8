import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { jobResponse } from "../../shared/requests/requests.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

// `supabase start` is not ours to break.
const ignore = Deno.env.get("ESTEIRA_STACK") === "supabase";

Deno.test({ name: "killed at any moment, the stack comes back and the job is done", ignore }, async (t) => {
  const environment = await startEnvironment({ durable: true, runninghub: { taskMs: 300 } });
  const { faults } = environment.deployment;
  assert.ok(faults);
  const user = await environment.signUp(20);
  const create = async () => {
    const image = await uploadInput(user, drawPicture(24));
    const body = { tool: "upscaler", input: { image } };
    const answer = await callFunction(environment, "jobs", { token: user.accessToken, body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return jobResponse.parse(answer.body).job.id;
  };
  const completed = (id: string) =>
    eventually(async () => {
      const { data } = await user.client.from("jobs").select("status").eq("id", id).maybeSingle();
      return data?.status === "completed" || undefined;
    }, { what: `job ${id} to be completed`, timeoutMs: 30_000 });
  /** Makes what a dead worker held come back soon instead of after two minutes. */
  const endLeases = () =>
    environment.sql`select pgmq.set_vt('runninghub_queue', msg_id, 0) from pgmq.q_runninghub_queue`;

  try {
    await t.step("the functions die while a task runs: its webhook finds new ones", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 1500 } });
      const id = await create();
      await eventually(() => environment.runninghub.tasks().length > 0 || undefined, { what: "a task" });
      faults.killFunctions();
      await completed(id);
    });

    await t.step(
      "the functions die while they submit, and every lease is cut short: the job is submitted once",
      async () => {
        const before = environment.runninghub.tasks().length;
        environment.runninghub.misbehave({ times: 1, fault: { kind: "webhook_before_answer" } });
        const id = await create();
        faults.killFunctions();
        await eventually(async () => {
          await endLeases().catch(() => {});
          const [job] = await environment.sql`select status from public.jobs where id = ${id}`;
          if (job?.status === "completed") return true;
          await callFunction(environment, "worker", { apiKey: environment.deployment.secretKey, body: {} });
        }, { what: "the job to be completed", timeoutMs: 30_000 });
        assert.equal(environment.runninghub.tasks().length, before + 1);
      },
    );

    await t.step(
      "the database server crashes while a task runs: sign-in, uploads, jobs and their results go on",
      async () => {
        environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 1500 } });
        const id = await create();
        await eventually(() => environment.runninghub.tasks().at(-1)?.status === "RUNNING" || undefined, {
          what: "the task to run",
        });
        await faults.crashDatabase();
        await completed(id);
        await completed(await create());
        await environment.signUp(1);
      },
    );
  } finally {
    await environment.close();
  }
});
