/** Jobs of the tool `image` in the lane `replicate`: Standard Webhooks, and submits whose answer was lost. */
import { eventually } from "@esteira/local-supabase/testing";
import { outputBytes } from "@esteira/simulators/kit/output";
import assert from "node:assert/strict";
import { jobResponse } from "../../shared/requests/requests.ts";
import { callFunction, runJob, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { moveTool } from "../world/move_tool.ts";
import { drawPicture } from "../world/picture.ts";
import { completedByPoll, evidenceOf } from "./image_lanes.ts";

Deno.test("an image goes through Replicate, and is not paid for twice when an answer is lost", async (t) => {
  const environment = await startEnvironment();
  const { replicate, sql } = environment;
  const user = await environment.signUp(20);
  await moveTool(environment, "image", "replicate");

  try {
    // @acceptance 002:18
    await t.step("words become an image of our own keeping", async () => {
      const job = await runJob(environment, user, "image", { prompt: "a lighthouse", output_format: "jpeg" });
      assert.equal(job.status, "completed", job.error_message ?? "");
      const { attempt, event, file } = await evidenceOf(environment, user, job);
      assert.deepEqual(event, { verified_by: "standard-webhooks", verdict: "accepted" });
      assert.ok(file.equals(outputBytes(attempt.external_id, "image/jpeg")));
      const told = job.step_history.find(({ step }) => step === "webhook_received");
      assert.deepEqual([told?.event, told?.taskStatus], ["completed", "succeeded"]);
      for (const raw of [attempt.raw_api_response, attempt.raw_webhook_payload]) {
        assert.match(JSON.stringify(raw), /replicate-webhook/);
        assert.ok(!JSON.stringify(raw).includes(attempt.token), "the echoed callback holds no token");
      }
    });

    await t.step("images are changed, read by their signed addresses", async () => {
      const images = [await uploadInput(user, drawPicture(16)), await uploadInput(user, drawPicture(24))];
      const job = await runJob(environment, user, "image", { prompt: "in winter", images });
      assert.equal(job.status, "completed", job.error_message ?? "");
      assert.equal((replicate.tasks().at(-1)?.inputs as unknown[]).length, 2);
      const { attempt } = await evidenceOf(environment, user, job);
      assert.doesNotMatch(
        JSON.stringify(attempt.raw_webhook_payload),
        /eyJ/,
        "their signatures are not kept",
      );
    });

    await t.step("deliveries of one webhook count once, also when secrets are being changed", async () => {
      replicate.misbehave({ times: 1, fault: { kind: "duplicate_webhook", copies: 3 } });
      replicate.misbehave({ times: 1, fault: { kind: "rotated_secret" } });
      const job = await runJob(environment, user, "image", { prompt: "a boat" });
      assert.equal(job.status, "completed", job.error_message ?? "");
      const events = await sql`select dedupe_key from private.webhook_events where job_id = ${job.id}`;
      assert.equal(events.length, 1);
      assert.match(events[0]?.dedupe_key, /:msg_/);
    });

    await t.step(
      "a webhook with a wrong signature is refused, and the job is completed by asking",
      async () => {
        replicate.misbehave({ times: 1, fault: { kind: "wrong_signature" } });
        const job = await completedByPoll(environment, user, "replicate", "a harbour");
        const attempts = await eventually(() => {
          const attempts = replicate.tasks().at(-1)?.webhooks.flatMap(({ attempts }) => attempts) ?? [];
          return attempts.length > 0 ? attempts : undefined;
        }, { what: "the webhook to be answered" });
        for (const attempt of attempts) assert.equal(attempt.kind === "answered" && attempt.status, 401);
        assert.equal(replicate.tasks().at(-1)?.id, job.request_id);
      },
    );

    await t.step("a webhook that is lost is made good by asking", async () => {
      replicate.misbehave({ times: 1, fault: { kind: "lost_webhook" } });
      await completedByPoll(environment, user, "replicate", "a quiet harbour");
    });

    await t.step("a prediction whose answer was lost is found again, and none is made twice", async () => {
      const fault = { kind: "http_error", path: "submit", status: 502, times: 1, accepted: true } as const;
      replicate.misbehave({ fault });
      replicate.misbehave({ times: 1, fault: { kind: "lost_webhook" } });
      const created = replicate.tasks().length;
      const { body } = await callFunction(environment, "jobs", {
        token: user.accessToken,
        body: { tool: "image", input: { prompt: "a lost answer" } },
      });
      const { id } = jobResponse.parse(body).job;
      const left = await eventually(async () => {
        const [row] = await sql`
          select q.msg_id, a.external_id, a.phase from pgmq.q_replicate_queue q
          join public.job_attempts a on a.job_id = (q.message ->> 'job_id')::uuid
          where a.job_id = ${id} and a.phase = 'submitting' and q.vt < a.submit_until - interval '10 seconds'`;
        return row;
      }, { what: "the submit to be in doubt" });
      assert.deepEqual([left.external_id, left.phase], [null, "submitting"]);
      // The grace is over.
      await sql`select pgmq.set_vt('replicate_queue', ${left.msg_id}::bigint, 0::integer), private.poke('replicate')`;
      const job = await completedByPoll(environment, user, "replicate", { id });
      assert.equal(replicate.tasks().length, created + 1, "it was paid for once");
      assert.equal(job.request_id, replicate.tasks().at(-1)?.id);
      assert.equal(job.attempt, 1);
    });

    await t.step(
      "a rate limit costs no attempt, trouble of the machine's one, and NSFW ends it",
      async () => {
        await sql`update private.lanes set backoff_base = '10 milliseconds', backoff_max = '1 second'`;
        replicate.misbehave({ fault: { kind: "busy", times: 1 } });
        replicate.misbehave({ times: 1, fault: { kind: "abort" } });
        const job = await runJob(environment, user, "image", { prompt: "a crowded harbour" });
        assert.deepEqual([job.attempt, job.retry_count], [2, 1]);
        replicate.misbehave({ times: 1, fault: { kind: "fail", error: "NSFW content detected." } });
        const refused = await runJob(environment, user, "image", { prompt: "no hat" });
        assert.deepEqual([refused.status, refused.error_code, refused.error_message], [
          "failed",
          "content_moderation",
          "NSFW content detected.",
        ]);
      },
    );
  } finally {
    await environment.close();
  }
});
