/** Jobs of the tool `image` in the lane `fal`: signed webhooks, results behind addresses that the submit's answer named. */
import { eventually } from "@esteira/local-supabase/testing";
import { outputBytes } from "@esteira/simulators/kit/output";
import assert from "node:assert/strict";
import { runJob, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { moveTool } from "../world/move_tool.ts";
import { drawPicture } from "../world/picture.ts";
import { completedByPoll, evidenceOf } from "./image_lanes.ts";

Deno.test("an image goes through fal, and its webhooks count only when fal has signed them for us", async (t) => {
  const environment = await startEnvironment({ fal: { paddedKeys: true } });
  const { fal } = environment;
  const user = await environment.signUp(20);
  await moveTool(environment, "image", "fal");
  /** How the webhooks of a task were answered so far, once there are any. */
  const answersTo = (id: string | null) =>
    eventually(() => {
      const webhooks = fal.tasks().find((task) => task.id === id)?.webhooks ?? [];
      const attempts = webhooks.flatMap(({ attempts }) => attempts);
      return attempts.length > 0
        ? attempts.map((attempt) => attempt.kind === "answered" && attempt.status)
        : undefined;
    }, { what: "a webhook to be answered" });

  try {
    // @acceptance 002:18, 004:177-187
    await t.step("words become an image of our own keeping", async () => {
      const job = await runJob(environment, user, "image", { prompt: "a lighthouse", aspect_ratio: "16:9" });
      assert.equal(job.status, "completed", job.error_message ?? "");
      const { attempt, event, file } = await evidenceOf(environment, user, job);
      assert.deepEqual(event, { verified_by: "fal-ed25519", verdict: "accepted" });
      assert.ok(file.equals(outputBytes(attempt.external_id, "image/png")));
      assert.match(attempt.checkpoint.fal.status_url, /\/fal-ai\/nano-banana\/requests\/.*\/status$/);
      const told = job.step_history.find(({ step }) => step === "webhook_received");
      assert.deepEqual([told?.event, told?.taskStatus], ["completed", "OK"]);
      assert.match(JSON.stringify(attempt.raw_webhook_payload), /"seed": ?"196619188014358660"/);
    });

    await t.step(
      "images are changed by the edit model, which reads them by their signed addresses",
      async () => {
        const images = [await uploadInput(user, drawPicture(16)), await uploadInput(user, drawPicture(24))];
        const job = await runJob(environment, user, "image", { prompt: "in winter", images });
        assert.equal(job.status, "completed", job.error_message ?? "");
        const task = fal.tasks().at(-1);
        assert.equal(task?.model, "fal-ai/nano-banana/edit");
        assert.equal((task?.inputs as unknown[]).length, 2);
      },
    );

    for (const kind of ["wrong_signature", "signed_for_another_user", "missing_signature"] as const) {
      await t.step(`under ${kind} the webhook is refused, and the job is completed by asking`, async () => {
        fal.misbehave({ times: 1, fault: { kind } });
        const job = await completedByPoll(environment, user, "fal", `a harbour, ${kind}`);
        for (const status of await answersTo(job.request_id)) assert.equal(status, 401);
      });
    }

    await t.step("a webhook that is lost is made good by asking", async () => {
      fal.misbehave({ times: 1, fault: { kind: "lost_webhook" } });
      await completedByPoll(environment, user, "fal", "a quiet harbour");
    });

    await t.step(
      "a webhook that comes before the submit's answer, or without its payload, is understood",
      async () => {
        for (const kind of ["webhook_before_answer", "payload_error", "retried_by_gateway"] as const) {
          fal.misbehave({ times: 1, fault: { kind } });
          const job = await runJob(environment, user, "image", { prompt: `a boat, ${kind}` });
          assert.equal(job.status, "completed", `${kind}: ${job.error_message}`);
        }
      },
    );

    await t.step("what the model refuses fails in its own words and is refunded", async () => {
      const msg = "The content could not be processed because it was flagged.";
      fal.misbehave({
        times: 1,
        fault: { kind: "fail", type: "content_policy_violation", status: 422, msg },
      });
      const before = await balance();
      const job = await runJob(environment, user, "image", { prompt: "something else" });
      assert.deepEqual([job.status, job.error_code, job.error_message], [
        "failed",
        "content_policy_violation",
        `body: ${msg}`,
      ]);
      assert.equal(await balance(), before);
    });
  } finally {
    await environment.close();
  }

  async function balance(): Promise<number | undefined> {
    return (await user.client.from("credit_accounts").select("balance").single()).data?.balance;
  }
});
