import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { callFunction, uploadInput } from "../world/api.ts";
import { findFaults } from "../world/check_upscale.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { upscale } from "../world/upscale.ts";

const picture = drawPicture(40);

/** A job at the provider, with the secret of its callback URL. */
async function runningJob(
  environment: Environment,
): Promise<{ id: string; token: string; requestId: string }> {
  const user = await environment.signUp();
  const image = await uploadInput(user, picture);
  const answer = await callFunction(environment, "jobs", {
    token: user.accessToken,
    body: { tool: "upscaler", input: { image } },
  });
  const { id } = (answer.body as { job: { id: string } }).job;
  const [row] = await eventually(async () => {
    const rows = await environment.sql`
      select a.token, j.request_id from public.jobs j join public.job_attempts a on a.job_id = j.id
      where j.id = ${id} and j.current_step = 'running'`;
    return rows.length > 0 ? rows : undefined;
  }, { what: "the job to run" });
  return { id, token: row?.token, requestId: row?.request_id };
}

/** Everything that a webhook could change of a job. */
async function stateOf(environment: Environment, id: string): Promise<Record<string, unknown>> {
  const [row] = await environment.sql`
    select j.status, j.current_step, j.version,
      (select count(*) from private.webhook_events where job_id = j.id)::integer as events,
      (select raw_webhook_payload from public.job_attempts a where a.job_id = j.id and a.attempt = j.attempt) as payload,
      (select count(*) from public.credit_entries where job_id = j.id)::integer as entries
    from public.jobs j where j.id = ${id}`;
  return { ...row };
}

Deno.test("webhooks are taken in once, raw, and never believed on their own", async (t) => {
  const environment = await startEnvironment();
  const post = (path: string, body: string) =>
    callFunction(environment, `runninghub-webhook/${path}`, { body });
  const completed = (id: string) =>
    eventually(async () => {
      const state = await stateOf(environment, id);
      return state.status === "completed" ? state : undefined;
    }, { what: "the job to complete", timeoutMs: 20_000 });

  try {
    await t.step("a wrong token is answered 404 and changes nothing", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 1500 } });
      const job = await runningJob(environment);
      const before = await stateOf(environment, job.id);
      const body = JSON.stringify({ event: "TASK_END", taskId: job.requestId, eventData: '{"code":0}' });
      for (
        const path of [
          `${job.id}/${crypto.randomUUID()}`,
          `${job.id}/x`,
          `x/${job.token}`,
          `${crypto.randomUUID()}/${job.token}`,
          job.id,
        ]
      ) {
        const answer = await post(path, body);
        assert.equal(answer.status, 404, path);
      }
      assert.deepEqual(await stateOf(environment, job.id), before);
      await completed(job.id);
    });

    // @acceptance 002:578-580, 004:177-187, 004:300
    await t.step(
      "a malformed body with a good token is stored raw, answered 200, and the provider is asked",
      async () => {
        environment.runninghub.misbehave({
          times: 1,
          fault: { kind: "malformed_webhook", body: "<html>oops" },
        });
        const job = await runningJob(environment);
        const state = await completed(job.id);
        assert.equal(state.payload, "<html>oops");
        assert.equal(state.events, 1);
      },
    );

    await t.step("a forged success of a task that runs does not complete it", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 2500 } });
      const job = await runningJob(environment);
      const result = {
        code: 0,
        data: [{ fileUrl: "http://127.0.0.1:1/evil.png", fileType: "png", nodeId: "9" }],
      };
      const answer = await post(
        `${job.id}/${job.token}`,
        JSON.stringify({ event: "TASK_END", taskId: job.requestId, eventData: JSON.stringify(result) }),
      );
      assert.equal(answer.status, 200);
      const state = await stateOf(environment, job.id);
      assert.equal(state.status, "processing");
      await completed(job.id);
    });

    for (const shape of ["v1", "flat", "wrapped", "bare"] as const) {
      await t.step(`the shape ${shape} is understood, with its id a bare number of 19 digits`, async () => {
        environment.runninghub.misbehave({
          times: 1,
          fault: { kind: "webhook_shape", shape, bareNumberId: true },
        });
        const { client, userId } = await environment.signUp();
        const result = await upscale(client, userId, picture);
        assert.deepEqual(await findFaults(environment, result, picture), []);
        const [event] = await environment
          .sql`select external_id from private.webhook_events where job_id = ${result.job.id}`;
        assert.equal(event?.external_id, result.job.request_id);
      });
    }

    // @acceptance 002:578-580
    await t.step("deliveries of one event count once", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "duplicate_webhook", copies: 4 } });
      const { client, userId } = await environment.signUp();
      const { job } = await upscale(client, userId, picture);
      assert.equal(job.step_history.filter(({ step }) => step === "webhook_received").length, 1);
      assert.equal((await stateOf(environment, job.id)).events, 1);
    });

    await t.step("a webhook that comes before the submit's answer finds its attempt", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "webhook_before_answer" } });
      const { client, userId } = await environment.signUp();
      const { job } = await upscale(client, userId, picture);
      assert.equal(job.status, "completed");
    });

    // @acceptance 004:10, 004:413
    await t.step(
      "a task that fails for good shows the provider's own words and gives the credits back",
      async () => {
        environment.runninghub.misbehave({
          times: 1,
          fault: { kind: "fail", exceptionMessage: "VRAM overflow: image too large" },
        });
        const { client, userId } = await environment.signUp(3);
        const { job } = await upscale(client, userId, picture);
        assert.equal(job.status, "failed");
        assert.equal(job.error_message, "VRAM overflow: image too large");
        assert.equal(job.failed_at_step, "running");
        const { data } = await client.from("credit_accounts").select("balance").single();
        assert.equal(data?.balance, 3);
      },
    );

    await t.step("a busy provider costs no attempt", async () => {
      await environment
        .sql`update private.lanes set backoff_base = '100 milliseconds', backoff_max = '1 second'`;
      environment.runninghub.misbehave({
        times: 1,
        fault: { kind: "submit_code", code: 421, msg: "TASK_QUEUE_MAXED", times: 1 },
      });
      const user = await environment.signUp();
      const image = await uploadInput(user, picture);
      const answer = await callFunction(environment, "jobs", {
        token: user.accessToken,
        body: { tool: "upscaler", input: { image } },
      });
      const { id } = (answer.body as { job: { id: string } }).job;
      await completed(id);
      const [row] = await environment.sql`select attempt, retry_count from public.jobs where id = ${id}`;
      assert.deepEqual({ ...row }, { attempt: 1, retry_count: 0 });
    });
  } finally {
    await environment.close();
  }
});
