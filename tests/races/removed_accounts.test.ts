import assert from "node:assert/strict";
import {
  addAccount,
  cancel,
  checkpoint,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  dispatch,
  jobOf,
  type Lane,
} from "./actors.ts";
import { driftOf, refundOf, taskOver } from "./endings.ts";
import { holdersOf, outcomesOf, slotsOf } from "./facts.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();
const remove = (session: Session, lane: Lane) =>
  session.ask<number>("ops.remove_account", { p_account_id: lane.accountId });

for (const ending of ENDINGS) {
  race(`an account is removed while a job of it is cancelled (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    const first = await createRunningJob(referee, lane, ana);
    const next = await createJob(referee, lane, ana);
    await a.begin();
    await a.rows("select from public.jobs where id = $1 for update", [first.jobId]);
    const removed = start(remove(b, lane));
    await waits(referee, b, a);
    await cancel(a, first.jobId); // which wants the slot
    await a.end(ending);

    assert.equal(await removed, 0);
    assert.equal((await jobOf(referee, first.jobId)).status, ending === "commit" ? "cancelled" : "pending");
    assert.equal((await jobOf(referee, next.id)).status, "pending");
    assert.deepEqual(await holdersOf(referee, lane), []);
  });
  race(`a dispatch skips the slots of an account that is just being removed (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
    assert(job);
    await a.begin();
    assert.equal(await remove(a, lane), 0);
    assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
    await a.end(ending);
    assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);
    assert.deepEqual(await driftOf(referee, job.id), []);
  });

  race(`a job that was just dispatched to a removed account waits again (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
    assert(job);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    const removed = start(remove(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await removed, 0);
    const { status, attempt } = await jobOf(referee, job.id);
    assert.deepEqual([status, attempt], ["pending", 0]);
    assert.deepEqual(await outcomesOf(referee, job.id), ending === "commit" ? ["waited"] : []);
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 0, retiring: 0 });
    await addAccount(referee, lane.name, 1);
    assert.equal(await dispatch(referee, lane), 1);
    assert.deepEqual(await driftOf(referee, job.id), []);
  });

  race(`a submit that passes while its account is removed runs to its end (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await checkpoint(a, work), true);
    const removed = start(remove(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await removed, ending === "commit" ? 1 : 0);
    assert.equal((await jobOf(referee, work.jobId)).status, ending === "commit" ? "processing" : "pending");
    assert.equal(await checkpoint(referee, work), false);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`the checkpoint refuses a job whose account is just being removed (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await remove(a, lane), 0);
    const mayBeSubmitted = start(checkpoint(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await mayBeSubmitted, ending === "rollback");
    assert.deepEqual(await holdersOf(referee, lane), ending === "commit" ? [] : [work.jobId]);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`an account is removed while the task of a cancelled job ends (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await cancel(referee, work.jobId);
    await a.begin();
    assert.equal(await taskOver(a, work, "stopped"), true);
    const removed = start(remove(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await removed, ending === "commit" ? 0 : 1);
    if (ending === "rollback") assert.equal(await taskOver(referee, work, "stopped"), true);
    assert.equal(await refundOf(referee, work.jobId), "paid");
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 0, retiring: 0 });
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });
}
