import assert from "node:assert/strict";
import {
  attemptFailed,
  complete,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  dispatch,
  jobOf,
  setCapacity,
} from "./actors.ts";
import { holdersOf, jobsIn, slotsOf } from "./facts.ts";
import { ENDINGS, races, skips, start, waits } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  race(
    `a slot that retires under the job that just finishes is gone (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await a.begin();
      await setCapacity(a, lane.accountId, 0);
      const completed = start(complete(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await completed, "completed");
      const free = ending === "commit" ? 0 : 1;
      assert.deepEqual(await slotsOf(referee, lane), { held: 0, free, retiring: 0 });
    },
  );

  race(
    `a retiring slot that is kept after all is free when its job finishes (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await setCapacity(referee, lane.accountId, 0);
      await a.begin();
      await setCapacity(a, lane.accountId, 1);
      const completed = start(complete(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await completed, "completed");
      const free = ending === "commit" ? 1 : 0;
      assert.deepEqual(await slotsOf(referee, lane), { held: 0, free, retiring: 0 });
    },
  );

  race(`a capacity lowered while a job finishes removes the slot (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await complete(a, work), "completed");
    const lowered = start(setCapacity(b, lane.accountId, 0));
    await waits(referee, b, a);
    await a.end(ending);
    await lowered;
    const left = ending === "commit" ? { held: 0, free: 0, retiring: 0 } : { held: 1, free: 0, retiring: 1 };
    assert.deepEqual(await slotsOf(referee, lane), left);
  });

  race(
    `a dispatch skips the slots of an account whose capacity is just changing (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
      assert(job);
      await a.begin();
      await setCapacity(a, lane.accountId, 0);
      assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
      await a.end(ending);
      assert.equal(await dispatch(b, lane), ending === "commit" ? 0 : 1);
      assert.equal((await jobOf(referee, job.id)).status, ending === "commit" ? "pending" : "processing");
    },
  );

  race(
    `a capacity lowered during a dispatch retires the slot just given (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
      assert(job);
      await a.begin();
      assert.equal(await dispatch(a, lane), 1);
      const lowered = start(setCapacity(b, lane.accountId, 0));
      await waits(referee, b, a);
      await a.end(ending);
      await lowered;
      assert.deepEqual(await holdersOf(referee, lane), ending === "commit" ? [job.id] : []);
      const left = ending === "commit"
        ? { held: 1, free: 0, retiring: 1 }
        : { held: 0, free: 0, retiring: 0 };
      assert.deepEqual(await slotsOf(referee, lane), left);
    },
  );
}

race("whoever gives a slot on to the next waits for nobody who changes the account", async (track) => {
  const { a, b, referee } = track;
  const lane = await createLane(referee, { capacity: 2 });
  const ana = await createUser(referee);
  const works = [await createSubmittedJob(referee, lane, ana), await createSubmittedJob(referee, lane, ana)];
  const next = await createJob(referee, lane, ana);
  const [one, two] = works;
  assert(one && two);
  await a.begin();
  assert.equal(await attemptFailed(a, one, "pause"), "retried");
  assert.equal(await skips(referee, b, complete(b, two)), "completed");
  assert.deepEqual(await holdersOf(referee, lane), [one.jobId, next.id].sort());
  await a.end("commit");
  assert.deepEqual(await holdersOf(referee, lane), [next.id]);
});

race("a job dispatched while its slot is being made holds that slot", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  await createWaitingJobs(referee, lane, [await createUser(referee), await createUser(referee)]);
  // A place to stop between the moment at which dispatch's statement begins and the moment at which it looks for
  // slots: the function that looks is put behind a lock, unchanged. A second slot is committed in between.
  await referee.rows(
    "alter function private.pair_free_slots(private.lanes, integer) rename to pair_free_slots_at_once",
  );
  await referee.rows(
    `create function private.pair_free_slots(p_lane private.lanes, p_limit integer)
     returns table (slot_id bigint, account_id integer, job_id uuid) language plpgsql set search_path = '' as $$
     begin
       perform pg_advisory_xact_lock_shared(4711);
       return query select * from private.pair_free_slots_at_once(p_lane, p_limit);
     end $$`,
  );
  try {
    await a.begin();
    await a.rows("select pg_advisory_xact_lock(4711)");
    const dispatched = start(dispatch(b, lane));
    await waits(referee, b, a);
    await setCapacity(referee, lane.accountId, 2);
    await a.end("commit");
    await dispatched;
    assert.deepEqual(await holdersOf(referee, lane), await jobsIn(referee, lane, "processing"));
  } finally {
    await referee.rows("drop function private.pair_free_slots(private.lanes, integer)");
    await referee.rows(
      "alter function private.pair_free_slots_at_once(private.lanes, integer) rename to pair_free_slots",
    );
  }
});
