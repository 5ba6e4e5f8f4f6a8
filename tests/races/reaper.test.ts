import assert from "node:assert/strict";
import {
  createJob,
  createLane,
  createRunningJob,
  createUser,
  createWaitingJobs,
  type Lane,
  setCapacity,
} from "./actors.ts";
import { jobsIn, slotsOf } from "./facts.ts";
import { races, type Session, start, waitsOrEnds } from "./harness.ts";

const { race } = races();

/** Two running jobs without a further attempt, of which the second has been overdue for longer. */
async function twoOverdueJobs(referee: Session, lane: Lane, users: string[]): Promise<void> {
  await referee.rows("update public.tools set max_attempts = 1 where tool = $1", [lane.name]);
  let minutes = 6;
  for (const user of users) {
    const { jobId } = await createRunningJob(referee, lane, user);
    await referee.rows(
      "update public.jobs set deadline_at = clock_timestamp() - make_interval(mins => $2) where id = $1",
      [jobId, minutes++],
    );
  }
}

race(
  "the reaper that gives up two jobs and a change of their account's capacity both end well",
  async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    await twoOverdueJobs(referee, lane, [await createUser(referee), await createUser(referee)]);

    // set_capacity locks the slots one after the other: A stands where it has the first.
    await a.begin();
    await a.rows("select from private.slots where lane = $1 order by slot_id limit 1 for update", [
      lane.name,
    ]);
    const reaped = start(b.call("worker.reap", {}));
    await waitsOrEnds(referee, b, reaped); // a reaper that skips is as good
    await setCapacity(a, lane.accountId, 1);
    await a.end("commit");
    await reaped;
    await referee.call("worker.reap", {}); // what the first one skipped, if it did
    assert.equal((await jobsIn(referee, lane, "failed")).length, 2);
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 1, retiring: 0 });
  },
);

race(
  "the reaper that gives up jobs of two users and a create of one of them both end well",
  async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 4 });
    const full = await createLane(referee, { capacity: 0 });
    const [ana, bo] = [await createUser(referee), await createUser(referee)];
    await twoOverdueJobs(referee, lane, [ana, bo]);
    await createWaitingJobs(referee, lane, [await createUser(referee)]);

    // The reaper gives up bo's job first, dispatches the waiting one into the lane, and goes on to ana's, whose credit
    // account A has charged. A in turn comes to dispatch the same lane.
    await a.begin();
    await createJob(a, full, ana);
    const reaped = start(b.call("worker.reap", {}));
    await waitsOrEnds(referee, b, reaped);
    const job = await createJob(a, lane, ana);
    await a.end("commit");
    await reaped;
    await referee.call("worker.reap", {});
    assert.equal(job.status, "processing");
    assert.equal((await jobsIn(referee, lane, "failed")).length, 2);
  },
);
