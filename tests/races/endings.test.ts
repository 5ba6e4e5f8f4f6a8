import assert from "node:assert/strict";
import {
  attemptFailed,
  cancel,
  complete,
  createJob,
  createLane,
  createSubmittedJob,
  createUser,
  jobOf,
} from "./actors.ts";
import { driftOf, refundOf } from "./endings.ts";
import { balanceOf, entriesOf, holdersOf, jobsIn, messagesFor, outcomesOf, stepsOf } from "./facts.ts";
import { ENDINGS, races, start, waits } from "./harness.ts";

const { race } = races();
const RUNNING = ["insert", "credits", "queue_check", "queued", "starting", "running"];

for (const ending of ENDINGS) {
  race(`a completion beats the cancelling that waits for it (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    const work = await createSubmittedJob(referee, lane, ana);
    const next = await createJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await complete(a, work), "completed");
    const cancelled = start(cancel(b, work.jobId));
    await waits(referee, b, a);
    await a.end(ending);

    const status = ending === "commit" ? "completed" : "cancelled";
    assert.equal((await cancelled).status, status);
    assert.equal((await jobOf(referee, work.jobId)).status, status);
    assert.equal(await entriesOf(referee, work.jobId), "charge -1");
    assert.equal(await refundOf(referee, work.jobId), ending === "commit" ? "none" : "due");
    assert.deepEqual(await outcomesOf(referee, work.jobId), [
      ending === "commit" ? "succeeded" : "cancelled",
    ]);
    assert.deepEqual(await stepsOf(referee, work.jobId), [...RUNNING, status]);
    assert.deepEqual(await messagesFor(referee, "settle_queue", work.jobId), []);
    // The slot of a cancelled job waits for its task; of one that is completed it goes to the next.
    const holds = ending === "commit" ? next.id : work.jobId;
    assert.deepEqual(await holdersOf(referee, lane), [holds]);
    assert.deepEqual(await messagesFor(referee, lane.queue, next.id), holds === next.id ? ["work"] : []);
    assert.deepEqual(await driftOf(referee, work.jobId, next.id), []);
  });

  race(`a cancelling beats the completion that waits for it (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    const work = await createSubmittedJob(referee, lane, ana);
    await a.begin();
    assert.equal((await cancel(a, work.jobId)).status, "cancelled");
    const completed = start(complete(b, work));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await completed, ending === "commit" ? "late" : "completed");
    const status = ending === "commit" ? "cancelled" : "completed";
    const job = await jobOf(referee, work.jobId);
    assert.equal(job.status, status);
    assert.equal(job["output_url"] === null, ending === "commit", "a late result is not applied");
    // The attempt was cancelled; that its result came late makes an orphan of it.
    assert.deepEqual(await outcomesOf(referee, work.jobId), [ending === "commit" ? "orphaned" : "succeeded"]);
    // Its task went on to its end: what it has cost is not given back.
    assert.equal(await refundOf(referee, work.jobId), ending === "commit" ? "withheld" : "none");
    assert.equal(await balanceOf(referee, ana), 4);
    assert.deepEqual(await holdersOf(referee, lane), []);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `a job that is cancelled and fails at once is refunded once (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee, 5);
      const work = await createSubmittedJob(referee, lane, ana);
      await a.begin();
      await cancel(a, work.jobId);
      const failed = start(attemptFailed(b, work, "never"));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await failed, ending === "commit" ? "late" : "failed");
      assert.equal((await jobOf(referee, work.jobId)).status, ending === "commit" ? "cancelled" : "failed");
      assert.equal(await entriesOf(referee, work.jobId), "charge -1, refund 1");
      assert.equal(await balanceOf(referee, ana), 5);
      assert.deepEqual(
        [...await referee.rows("select error_code from ops.dead_letters where job_id = $1", [work.jobId])],
        ending === "commit" ? [] : [{ error_code: "out_of_luck" }],
      );
    },
  );

  race(
    `a job that fails and is cancelled at once is refunded once (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee, 5);
      const work = await createSubmittedJob(referee, lane, ana);
      await a.begin();
      assert.equal(await attemptFailed(a, work, "never"), "failed");
      const cancelled = start(cancel(b, work.jobId));
      await waits(referee, b, a);
      await a.end(ending);
      const status = ending === "commit" ? "failed" : "cancelled";
      assert.equal((await cancelled).status, status);
      assert.equal((await jobOf(referee, work.jobId)).status, status);
      if (ending === "rollback") assert.equal(await attemptFailed(referee, work, "never"), "late");
      assert.equal(await entriesOf(referee, work.jobId), "charge -1, refund 1");
      assert.equal(await balanceOf(referee, ana), 5);
    },
  );

  race(`two completions of one attempt complete the job once (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await complete(a, work), "completed");
    const again = start(complete(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await again, ending === "commit" ? "duplicate" : "completed");
    assert.deepEqual(await stepsOf(referee, work.jobId), [...RUNNING, "completed"]);
    assert.deepEqual(await jobsIn(referee, lane, "completed"), [work.jobId]);
  });

  race(`two failures of one attempt use up one attempt (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await attemptFailed(a, work, "backoff"), "retried");
    const again = start(attemptFailed(b, work, "backoff"));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await again, ending === "commit" ? "duplicate" : "retried");
    assert.equal((await jobOf(referee, work.jobId))["retry_count"], 1);
    assert.equal(await entriesOf(referee, work.jobId), "charge -1");
  });
}
