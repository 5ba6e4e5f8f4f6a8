/** Bugs 1, 2, 3, 7, 8 and 13 of public webhook handlers (known-bugs.md), and that Esteira does not have them. */
import assert from "node:assert/strict";
import { tryParseJson } from "../../supabase/functions/_shared/text/json.ts";
import { listenToJobs } from "../world/listen.ts";
import { answered, answersTo, Scene, taskOf } from "../world/scene.ts";

// @acceptance 002:569-573, 002:578-580
Deno.test("known bugs: how webhooks are taken in", async (t) => {
  const scene = await Scene.start();
  const { runninghub, kie, sql } = scene.environment;
  /** How often the user's screen was told of each end, by job. */
  const told = new Map<string, number>();
  await listenToJobs(scene.user.client, scene.user.userId, ({ new: { id }, steps }) => {
    const ends = steps.filter(({ step }) => step === "completed" || step === "failed").length;
    if (ends > 0) told.set(id, (told.get(id) ?? 0) + ends);
  });

  try {
    await t.step(
      "bug 1: a webhook that comes before the provider's task id is known is not lost",
      async () => {
        runninghub.misbehave({ times: 1, fault: { kind: "webhook_before_answer" } });
        const job = await scene.completed(await scene.upscale());
        const task = await taskOf(runninghub, job.id);
        const answeredAt = task.webhooks[0]?.updatedAt;
        const [attempt] = await scene.attempts(job.id);
        assert.deepEqual(answersTo(task), [200]);
        assert.ok(
          answeredAt && answeredAt <= attempt?.submitted_at,
          "it came before the answer to the submit",
        );
        assert.equal(scene.steps(job, "webhook_received").length, 1);
        assert.equal(attempt?.polled_at, null, "nobody had to ask");
        assert.equal(job.request_id, task.taskId);
      },
    );

    await t.step("bug 2: a failure that is delivered many times is refunded once", async () => {
      kie.misbehave({
        contains: "a storm",
        fault: { kind: "fail", failCode: "422", failMsg: "Not like this." },
      });
      kie.misbehave({ contains: "a storm", fault: { kind: "duplicate_webhook", copies: 6 } });
      const id = await scene.image("a storm");
      const answers = await answered(kie, id, 6);
      const job = await scene.ended(id);
      assert.deepEqual(answers, [200, 200, 200, 200, 200, 200]);
      assert.equal(job.status, "failed");
      // A day later: signed anew, with other bytes.
      runninghub.misbehave({ times: 1, fault: { kind: "fail", exceptionMessage: "Too dark" } });
      const other = await scene.ended(await scene.upscale());
      const { webhookUrl, webhooks: [said] } = await taskOf(runninghub, other.id);
      for (let n = 1; n <= 3; n++) {
        assert.equal((await scene.post(webhookUrl, said?.body + " ".repeat(n))).status, 200);
      }
      await scene.lookAgain();
      for (const { id } of [job, other]) {
        assert.deepEqual(await scene.ledger(id), ["charge", "refund"]);
        assert.equal(scene.steps(await scene.job(id), "failed").length, 1);
        assert.equal(told.get(id), 1);
      }
      await scene.creditsAddUp();
    });

    await t.step("bug 3: a success that is delivered many times is kept and told once", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "duplicate_webhook", copies: 5 } });
      const id = await scene.upscale();
      assert.deepEqual(await answered(runninghub, id, 5), [200, 200, 200, 200, 200]);
      const job = await scene.completed(id);
      const { webhookUrl, webhooks: [said] } = await taskOf(runninghub, id);
      for (let n = 1; n <= 3; n++) {
        assert.equal((await scene.post(webhookUrl, said?.body + " ".repeat(n))).status, 200);
      }
      await scene.lookAgain();
      assert.deepEqual((await scene.events(id)).map(({ verdict }) => verdict), [
        "accepted",
        "late",
        "late",
        "late",
      ]);
      assert.equal(job.output?.files.length, 1);
      assert.equal((await scene.files(id)).length, 1);
      assert.deepEqual(await scene.ledger(id), ["charge"]);
      assert.equal(scene.steps(await scene.job(id), "completed").length, 1);
      assert.equal(told.get(id), 1);
    });

    await t.step("bug 7: an id of 19 digits that comes as a bare number keeps every digit", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "bare_number_id" } });
      const job = await scene.completed(await scene.upscale());
      const { taskId, webhooks: [said] } = await taskOf(runninghub, job.id);
      assert.match(said?.body ?? "", new RegExp(`:\\s*${taskId}\\b`), "it came without quotes");
      assert.notEqual(String(JSON.parse(taskId)), taskId, "and does not fit a number");
      assert.equal(job.request_id, taskId);
      const [event] = await scene.events(job.id);
      assert.equal(event?.external_id, taskId);
      assert.deepEqual(tryParseJson('{"taskId":1904163390028185602}'), { taskId: "1904163390028185602" });
    });

    await t.step(
      "bug 8: a body that cannot be read is stored as it came, and the provider is asked",
      async () => {
        runninghub.misbehave({
          times: 1,
          fault: { kind: "malformed_event_data", eventData: '{"code":0,"da' },
        });
        const job = await scene.completed(await scene.upscale());
        assert.deepEqual(answersTo(await taskOf(runninghub, job.id)), [200]);
        const [event] = await scene.events(job.id);
        assert.equal(event?.payload.eventData, '{"code":0,"da');
        kie.misbehave({ contains: "a fog", fault: { kind: "malformed_result_json", times: 1 } });
        const id = await scene.image("a fog");
        assert.deepEqual(await answered(kie, id, 1), [200]);
        await scene.lookAgain();
        await scene.completed(id);
      },
    );

    await t.step("bug 8: no body at all makes the function fail before it has stored it", async () => {
      runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 8_000 } });
      const { id } = await scene.running(await scene.upscale());
      const { webhookUrl } = await taskOf(runninghub, id);
      const bodies = [
        "",
        "null",
        "[]",
        '"',
        '{"taskId":{}}',
        "\0",
        '{"eventData":"\\u0000"}',
        "[".repeat(200_000),
      ];
      bodies.push(`{"eventData":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
      for (const [n, body] of bodies.entries()) {
        const { status } = await scene.post(webhookUrl, body);
        assert.equal(status, 200, body.slice(0, 40));
        assert.equal((await scene.events(id)).length, n + 1, body.slice(0, 40));
      }
      await scene.completed(id);
    });

    await t.step("bug 13: a webhook that could not be stored is answered 5xx, and comes again", async () => {
      await sql`alter table private.webhook_events add constraint nothing_is_stored check (false) not valid`;
      const id = await scene.upscale();
      const [first] = await answered(runninghub, id, 1)
        .finally(() => sql`alter table private.webhook_events drop constraint nothing_is_stored`);
      assert.equal(first, 500);
      const job = await scene.completed(id);
      assert.equal(answersTo(await taskOf(runninghub, id)).at(-1), 200);
      assert.equal(scene.steps(job, "webhook_received").length, 1);
      assert.equal((await scene.attempts(id))[0]?.polled_at, null, "nobody had to ask");
    });
  } finally {
    await scene.close();
  }
});
