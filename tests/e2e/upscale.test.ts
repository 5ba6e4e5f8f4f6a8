import assert from "node:assert/strict";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction } from "../world/api.ts";
import { findFaults } from "../world/check_upscale.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { upscale } from "../world/upscale.ts";

Deno.test("an upscale goes from click to screen, and nobody else sees it", async (t) => {
  const environment = await startEnvironment();
  try {
    const picture = drawPicture(120);
    const owner = await environment.signUp(10);
    const stranger = await environment.signUp(10);
    const result = await upscale(owner.client, owner.userId, picture);

    // @acceptance 002:37, 002:53-55, 004:31, 004:47, 004:137, 004:54, 004:55, 004:315, 004:414
    await t.step(
      "every step arrives by private broadcast and the stored bytes are the simulator's",
      async () => {
        assert.deepEqual(await findFaults(environment, result, picture), []);
        const steps = [
          "upload",
          "insert",
          "credits",
          "queue_check",
          "queued",
          "starting",
          "upload", // to RunningHub
          "running",
          "webhook_received",
          "completed",
        ];
        assert.deepEqual(result.job.step_history.map(({ step }) => step), steps);
        const uploads = result.job.step_history.filter(({ step }) => step === "upload");
        assert.match(String(uploads.at(-1)?.["fileName"]), /^api\//, "the file as RunningHub names it");
      },
    );

    await t.step("a second user can neither read the job nor its attempts", async () => {
      const rows = await stranger.client.from("jobs").select("id").eq("id", result.job.id);
      assert.deepEqual(rows, { ...rows, data: [], error: null });
      const attempts = await stranger.client.from("job_attempts").select("job_id,attempt");
      assert.deepEqual(attempts.data, []);
      const answer = await callFunction(environment, `jobs/${result.job.id}`, {
        method: "GET",
        token: stranger.accessToken,
      });
      assert.equal(answer.status, 404);
      const byRequest = await callFunction(environment, `jobs/by-request/${result.job.request_id}`, {
        method: "GET",
        token: stranger.accessToken,
      });
      assert.equal(byRequest.status, 404);
    });

    // @acceptance 000:65
    await t.step("a second user cannot join the owner's topic", async () => {
      const refused = Promise.withResolvers<string>();
      const channel = stranger.client.channel(jobsTopic(owner.userId), { config: { private: true } });
      channel.subscribe((status, error) =>
        status === "SUBSCRIBED" ? refused.resolve("joined") : refused.resolve(String(error))
      );
      assert.match(await refused.promise, /Unauthorized/);
    });

    // @acceptance 002:49
    await t.step("a second user cannot download the result, its owner can", async () => {
      const path = result.job.output?.files[0]?.path ?? "";
      assert.ok((await stranger.client.storage.from("outputs").download(path)).error);
      assert.ok((await environment.anonymous().storage.from("outputs").download(path)).error);
      assert.equal((await owner.client.storage.from("outputs").download(path)).error, null);
    });

    // @acceptance 002:309-345, 002:506-509, 002:594, 002:597
    await t.step("the owner finds the job by the provider's task id, with all of its digits", async () => {
      assert.match(result.job.request_id ?? "", /^\d{19}$/);
      const answer = await callFunction(environment, `jobs/by-request/${result.job.request_id}`, {
        method: "GET",
        token: owner.accessToken,
      });
      assert.equal(answer.status, 200);
      assert.equal((answer.body as { job: { id: string } }).job.id, result.job.id);
    });

    await t.step("a slow task takes the same steps", async () => {
      environment.runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 2_000 } });
      const slow = await upscale(stranger.client, stranger.userId, picture);
      assert.deepEqual(await findFaults(environment, slow, picture), []);
      const at = (step: string) => slow.steps.find(({ entry }) => entry.step === step)?.afterMs ?? NaN;
      assert.ok(
        at("webhook_received") - at("running") >= 700,
        "the broadcasts show when the provider was done",
      );
    });

    await t.step("nothing of the run is left behind", async () => {
      const [left] = await environment.sql`
        select (select count(*) from pgmq.q_runninghub_queue)::integer as submits,
               (select count(*) from pgmq.q_settle_queue)::integer as settlements,
               (select count(*) from private.slots where job_id is not null)::integer as slots,
               (select count(*) from private.broadcast_failures)::integer as failures`;
      assert.deepEqual({ ...left }, { submits: 0, settlements: 0, slots: 0, failures: 0 });
    });
  } finally {
    await environment.close();
  }
});
