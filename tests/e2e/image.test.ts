/** Jobs of the tool `image` in the lane `kie`: signed callbacks, inputs by signed addresses. */
import { outputBytes } from "@esteira/simulators/kit/output";
import assert from "node:assert/strict";
import { runJob, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

Deno.test("an image goes through KIE, and its callbacks count only when they are signed", async (t) => {
  const lines: string[] = [];
  const environment = await startEnvironment({ onLog: (line) => lines.push(line) });
  const { kie, sql } = environment;
  const user = await environment.signUp(20);
  const attemptOf = async (jobId: string) =>
    (await sql`select token, external_id, raw_api_response, raw_webhook_payload from public.job_attempts where job_id = ${jobId}`)[
      0
    ];
  const lastTask = () => kie.tasks().at(-1);
  const seen: string[] = [];

  try {
    // @acceptance 002:18, 002:29-31, 002:47, 002:484, 002:488, 002:491
    await t.step("words become an image of our own keeping", async () => {
      const job = await runJob(environment, user, "image", { prompt: "a lighthouse", aspect_ratio: "16:9" });
      assert.equal(job.status, "completed", job.error_message ?? "");
      const steps = [
        "insert",
        "credits",
        "queue_check",
        "queued",
        "starting",
        "running",
        "webhook_received",
        "completed",
      ];
      assert.deepEqual(job.step_history.map(({ step }) => step), steps);
      const { webhook_received, running } = Object.fromEntries(
        job.step_history.map((entry) => [entry.step, entry]),
      );
      assert.equal(running?.model, "google/nano-banana");
      assert.equal(webhook_received?.taskStatus, "success");
      const attempt = await attemptOf(job.id);
      const [event] =
        await sql`select verified_by, verdict from private.webhook_events where job_id = ${job.id}`;
      assert.deepEqual({ ...event }, { verified_by: "kie-hmac", verdict: "accepted" });
      const { data } = await user.client.storage.from("outputs").download(job.output?.files[0]?.path ?? "");
      assert.deepEqual(
        new Uint8Array(await data?.arrayBuffer() ?? []),
        outputBytes(attempt?.external_id, "image/png"),
      );
      seen.push(attempt?.token);
      for (const raw of [attempt?.raw_api_response, attempt?.raw_webhook_payload]) {
        assert.match(JSON.stringify(raw), /callBackUrl/);
        assert.ok(!JSON.stringify(raw).includes(attempt?.token), "the echoed address holds no token");
      }
    });

    // @acceptance 002:488
    await t.step(
      "images are changed by the model for that, which reads them by their signed addresses",
      async () => {
        const images = [await uploadInput(user, drawPicture(16)), await uploadInput(user, drawPicture(24))];
        const job = await runJob(environment, user, "image", { prompt: "in winter", images });
        assert.equal(job.status, "completed", job.error_message ?? "");
        assert.ok(lastTask()?.texts.includes("in winter"));
        assert.equal(
          job.step_history.find(({ step }) => step === "running")?.model,
          "google/nano-banana-edit",
        );
        const attempt = await attemptOf(job.id);
        seen.push(attempt?.token);
        assert.doesNotMatch(
          JSON.stringify(attempt?.raw_webhook_payload),
          /eyJ/,
          "nor the addresses their signatures",
        );
      },
    );

    await t.step("a callback that is not signed is refused, and the job is completed by asking", async () => {
      await sql`update private.lanes set poll_after = '1 second', poll_every = '1 second' where lane = 'kie'`;
      kie.misbehave({ times: 1, fault: { kind: "missing_signature" } });
      const reaping = setInterval(() => void sql`select worker.reap()`.catch(() => {}), 300);
      const job = await runJob(environment, user, "image", { prompt: "a quiet harbour" })
        .finally(() => clearInterval(reaping));
      assert.equal(job.status, "completed", job.error_message ?? "");
      assert.ok(lastTask()?.faults.includes("missing_signature"));
      assert.ok(!job.step_history.some(({ step }) => step === "webhook_received"));
      const [stored] =
        await sql`select count(*)::integer as n from private.webhook_events where job_id = ${job.id}`;
      assert.equal(stored?.n, 0);
    });

    await t.step(
      "what KIE refuses for its content fails at once, in its own words, and is refunded",
      async () => {
        kie.misbehave({
          times: 1,
          fault: {
            kind: "submit_code",
            times: 1,
            code: 422,
            msg: "Your prompt was flagged as violating content policies.",
          },
        });
        const job = await runJob(environment, user, "image", { prompt: "something else" });
        assert.deepEqual([job.status, job.error_code, job.failed_at_step], [
          "failed",
          "content_moderation",
          "starting",
        ]);
        assert.equal(job.error_message, "Your prompt was flagged as violating content policies.");
        const { data } = await user.client.from("credit_accounts").select("balance").single();
        assert.equal(data?.balance, 17);
      },
    );

    assert.equal(seen.length, 2);
    for (const token of seen) assert.ok(!lines.some((line) => line.includes(token)), "no token is logged");
  } finally {
    await environment.close();
  }
});
