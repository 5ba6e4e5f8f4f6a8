import assert from "node:assert/strict";
import {
  checkpoint,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  jobOf,
  submitted,
  webhook,
} from "./actors.ts";
import { loseQuestion, outboxOf, passDeadline } from "./endings.ts";
import { entriesOf, holdersOf, messagesFor, outcomesOf, stepsOf } from "./facts.ts";
import { ENDINGS, races, skips, start, waits } from "./harness.ts";

const { race } = races();
const STARTED = ["insert", "credits", "queue_check", "queued", "starting"];
const SILENT = { poll_after: "1 microsecond", poll_every: "1 hour" };

for (const ending of ENDINGS) {
  race(
    `a webhook and the answer to the submit at once: the step never goes back (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      assert.equal(await checkpoint(referee, work), true);
      await a.begin();
      assert.equal(await webhook(a, lane, work, "event-1" + lane.name), "accepted");
      const answer = start(submitted(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await answer, "processing");
      const job = await jobOf(referee, work.jobId);
      assert.equal(job.request_id, "task-1");
      const step = ending === "commit" ? "webhook_received" : "running";
      assert.equal(job.current_step, step);
      assert.deepEqual(await stepsOf(referee, work.jobId), [...STARTED, step]);
      assert.deepEqual(await holdersOf(referee, lane), ending === "commit" ? [] : [work.jobId]);
      assert.deepEqual(
        await messagesFor(referee, "settle_queue", work.jobId),
        // After the answer alone, a question: the net for a webhook that never comes.
        [ending === "commit" ? "work" : "poll"],
      );
    },
  );

  race(
    `the answer to the submit and a webhook at once: both are in the history (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      assert.equal(await checkpoint(referee, work), true);
      await a.begin();
      assert.equal(await submitted(a, work), "processing");
      const verdict = start(webhook(b, lane, work, "event-1" + lane.name));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await verdict, "accepted");
      const running = ending === "commit" ? ["running"] : [];
      assert.deepEqual(await stepsOf(referee, work.jobId), [...STARTED, ...running, "webhook_received"]);
      assert.equal((await jobOf(referee, work.jobId)).request_id, "task-1");
    },
  );

  race(`two webhooks with one dedupe key at once count once (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await webhook(a, lane, work, "event-1" + lane.name), "accepted");
    const again = start(webhook(b, lane, work, "event-1" + lane.name));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await again, ending === "commit" ? "duplicate" : "accepted");
    assert.deepEqual(await stepsOf(referee, work.jobId), [...STARTED, "running", "webhook_received"]);
    assert.deepEqual(await messagesFor(referee, "settle_queue", work.jobId), ["poll", "work"]);
    const events = await referee.rows("select from private.webhook_events where job_id = $1", [work.jobId]);
    assert.equal(events.length, 1);
  });

  race(
    `the reaper leaves a job alone whose webhook is just coming (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { limits: SILENT });
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await loseQuestion(referee, work);
      await a.begin();
      assert.equal(await webhook(a, lane, work, "event-1" + lane.name), "accepted");
      await skips(referee, b, b.call("private.ask_about_silent_jobs", {}));
      await a.end(ending);
      assert.deepEqual(
        await messagesFor(referee, "settle_queue", work.jobId),
        ending === "commit" ? ["work"] : [],
      );
    },
  );

  race(
    `a webhook waits for the reaper that is just asking, and is accepted (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { limits: SILENT });
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await loseQuestion(referee, work);
      await a.begin();
      await a.call("worker.reap", {});
      const verdict = start(webhook(b, lane, work, "event-1" + lane.name));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await verdict, "accepted");
      const polls = ending === "commit" ? ["poll"] : [];
      assert.deepEqual(await messagesFor(referee, "settle_queue", work.jobId), [...polls, "work"]);
    },
  );

  race(
    `a success that waits for the reaper to give its job up frees the slot, and nothing else (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await passDeadline(referee, work);
      await a.begin();
      await a.call("worker.reap", {});
      const verdict = start(webhook(b, lane, work, "event-1" + lane.name));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await verdict, ending === "commit" ? "late" : "accepted");
      assert.equal((await jobOf(referee, work.jobId)).status, ending === "commit" ? "failed" : "processing");
      assert.deepEqual(await outcomesOf(referee, work.jobId), [ending === "commit" ? "failed" : null]);
      assert.equal(
        await entriesOf(referee, work.jobId),
        ending === "commit" ? "charge -1, refund 1" : "charge -1",
      );
      assert.deepEqual(
        await outboxOf(referee, work.jobId),
        ending === "commit" ? [{ reason: "deadline_exceeded", external_id: "task-1", how: "succeeded" }] : [],
      );
      assert.deepEqual(await holdersOf(referee, lane), []);
      await referee.call("worker.reap", {});
      assert.equal((await jobOf(referee, work.jobId)).status, ending === "commit" ? "failed" : "processing");
    },
  );
}
