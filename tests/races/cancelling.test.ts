/** Cancels against all that may be heard of the job at the same moment: one of the two comes first, in either order. */
import assert from "node:assert/strict";
import {
  cancel,
  checkpoint,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  dispatch,
  jobOf,
  submitted,
  webhook,
} from "./actors.ts";
import { deadlinePassed, driftOf, outboxOf, passDeadline, produced, refundOf, taskOver } from "./endings.ts";
import { balanceOf, entriesOf, holdersOf, outcomesOf, slotsOf } from "./facts.ts";
import { ENDINGS, races, refusalOf, start, waits } from "./harness.ts";

const { race } = races();
const FREE = { held: 0, free: 1, retiring: 0 };

for (const ending of ENDINGS) {
  const isFirst = ending === "commit";

  race(`the checkpoint refuses a job that is just being cancelled (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal((await cancel(a, work.jobId)).status, "cancelled");
    const mayBeSubmitted = start(checkpoint(b, work));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await mayBeSubmitted, !isFirst);
    assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1, refund 1" : "charge -1");
    assert.deepEqual(await outboxOf(referee, work.jobId), []);
    assert.deepEqual(await holdersOf(referee, lane), isFirst ? [] : [work.jobId]);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `a cancel that waits for the checkpoint waits for its task too (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await a.begin();
      assert.equal(await checkpoint(a, work), true);
      const cancelled = start(cancel(b, work.jobId));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal((await cancelled).status, "cancelled");
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "due" : "paid");
      assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1" : "charge -1, refund 1");
      assert.deepEqual(
        await outboxOf(referee, work.jobId),
        isFirst ? [{ reason: "cancelled", external_id: null, how: null }] : [],
      );
      assert.deepEqual(await holdersOf(referee, lane), isFirst ? [work.jobId] : []);
      assert.deepEqual(await driftOf(referee, work.jobId), []);
      assert.equal(await checkpoint(referee, work), false);
    },
  );

  race(`a cancel that waits for a success is refused (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await webhook(a, lane, work, `event-1${lane.name}`), "accepted");
    const cancelled = start(refusalOf(cancel(b, work.jobId)));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await cancelled, isFirst ? "409 job_finishing" : null);
    assert.equal((await jobOf(referee, work.jobId)).status, isFirst ? "processing" : "cancelled");
    assert.equal(await entriesOf(referee, work.jobId), "charge -1");
    assert.deepEqual(await holdersOf(referee, lane), isFirst ? [] : [work.jobId]);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `a cancel that waits for its result to be produced is refused (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await a.begin();
      assert.equal(await produced(a, work), "produced");
      const cancelled = start(refusalOf(cancel(b, work.jobId)));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await cancelled, isFirst ? "409 job_finishing" : null);
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "none" : "due");
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  for (const word of ["succeeded", "failed"] as const) {
    race(
      `a webhook (${word}) that waits for the cancel decides its refund (${ending})`,
      async ({ a, b, referee }) => {
        const lane = await createLane(referee);
        const ana = await createUser(referee, 5);
        const work = await createSubmittedJob(referee, lane, ana);
        await a.begin();
        await cancel(a, work.jobId);
        const verdict = start(webhook(b, lane, work, `event-1${lane.name}`, word));
        await waits(referee, b, a);
        await a.end(ending);

        assert.equal(await verdict, isFirst ? "late" : "accepted");
        const refund = word === "failed" ? "paid" : "withheld";
        assert.equal(await refundOf(referee, work.jobId), isFirst ? refund : "none");
        assert.equal(await balanceOf(referee, ana), isFirst && word === "failed" ? 5 : 4);
        assert.deepEqual(
          await outboxOf(referee, work.jobId),
          isFirst ? [{ reason: "cancelled", external_id: "task-1", how: word }] : [],
        );
        assert.deepEqual(await slotsOf(referee, lane), FREE);
        assert.equal(await taskOver(referee, work, "stopped"), false);
        assert.equal(await balanceOf(referee, ana), isFirst && word === "failed" ? 5 : 4);
        assert.deepEqual(await driftOf(referee, work.jobId), []);
      },
    );
  }

  race(`the answer to the submit that waits for the cancel is for the outbox (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await checkpoint(referee, work);
    await a.begin();
    await cancel(a, work.jobId);
    const status = start(submitted(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await status, isFirst ? "cancelled" : "processing");
    assert.deepEqual(
      await outboxOf(referee, work.jobId),
      isFirst ? [{ reason: "cancelled", external_id: "task-1", how: null }] : [],
    );
    assert.deepEqual(await holdersOf(referee, lane), [work.jobId]);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`a cancel that waits for the answer to the submit knows the task (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await checkpoint(referee, work);
    await a.begin();
    await submitted(a, work);
    const cancelled = start(cancel(b, work.jobId));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await cancelled).status, "cancelled");
    const id = isFirst ? "task-1" : null;
    assert.deepEqual(await outboxOf(referee, work.jobId), [
      { reason: "cancelled", external_id: id, how: null },
    ]);
    assert.deepEqual(await holdersOf(referee, lane), [work.jobId]);
  });

  race(`a job is cancelled and its deadline passes at once: paid back once (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    const work = await createSubmittedJob(referee, lane, ana);
    await passDeadline(referee, work);
    await a.begin();
    assert.equal(await deadlinePassed(a, work), "failed");
    const cancelled = start(cancel(b, work.jobId));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await cancelled).status, isFirst ? "failed" : "cancelled");
    assert.equal(await taskOver(referee, work, "stopped"), true);
    assert.equal(await entriesOf(referee, work.jobId), "charge -1, refund 1");
    assert.equal(await balanceOf(referee, ana), 5);
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`a waiting job is dispatched and cancelled at once (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 0 });
    const job = await createJob(referee, lane, await createUser(referee));
    await referee.rows("select private.set_capacity($1, 1)", [lane.accountId]);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    const cancelled = start(cancel(b, job.id));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await cancelled).status, "cancelled");
    assert.deepEqual(await outcomesOf(referee, job.id), isFirst ? ["cancelled"] : []);
    assert.equal(await entriesOf(referee, job.id), "charge -1, refund 1");
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, job.id), []);
  });
}
