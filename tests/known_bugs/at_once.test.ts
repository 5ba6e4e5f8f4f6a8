/**
 * Bugs 4 and 5 (known-bugs.md) between two connections: what one has not committed yet, the other does not do again.
 */
import assert from "node:assert/strict";
import {
  attemptFailed,
  claim,
  complete,
  createLane,
  createRunningJob,
  createUser,
  createWaitingJobs,
  dispatch,
  jobOf,
  receive,
} from "../races/actors.ts";
import { races, skips, start, waits } from "../races/harness.ts";

const { race } = races();

race("bug 4: of two that end a job at once the second one changes nothing", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  const work = await createRunningJob(referee, lane, await createUser(referee));
  await a.begin();
  assert.equal(await attemptFailed(a, work, "never"), "failed");
  const success = start(complete(b, work));
  await waits(referee, b, a);
  await a.end("commit");
  assert.equal(await success, "late");
  assert.equal((await jobOf(referee, work.jobId)).status, "failed");
  const entries = await referee.rows("select kind from public.credit_entries where job_id = $1", [
    work.jobId,
  ]);
  assert.deepEqual(entries.map(({ kind }) => kind).toSorted(), ["charge", "refund"]);
});

race("bug 5: two workers that look for work at once never get the same job", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 6 });
  const users = [await createUser(referee), await createUser(referee)];
  await createWaitingJobs(referee, lane, [...users, ...users, ...users]);
  assert.equal(await dispatch(referee, lane), 6);
  await a.begin();
  const first = await receive(a, lane, 4);
  const second = await skips(referee, b, receive(b, lane, 10));
  await a.end("commit");
  assert.deepEqual([first.length, second.length], [4, 2]);
  assert.equal(new Set([...first, ...second]).size, 6);
  assert.deepEqual(await receive(referee, lane, 10), []);
});

race("bug 5: two that give out slots at once never start a job twice", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 2 });
  const user = await createUser(referee);
  const jobs = await createWaitingJobs(referee, lane, [user, user, user]);
  await a.begin();
  assert.equal(await dispatch(a, lane), 2);
  assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
  await a.end("commit");
  const attempts = await referee.rows(
    "select count(*)::integer as n from public.job_attempts where job_id in ($1, $2, $3) group by job_id",
    jobs.map(({ id }) => id),
  );
  assert.deepEqual(attempts.map(({ n }) => n), [1, 1]);
});

race("bug 5: two workers outside that claim at once never get the same job", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 4, limits: { delivery: "pull" } });
  const user = await createUser(referee);
  await createWaitingJobs(referee, lane, [user, user, user, user]);
  await dispatch(referee, lane);
  await a.begin();
  const first = await claim(a, lane, 3);
  const second = await skips(referee, b, claim(b, lane, 4));
  await a.end("commit");
  assert.deepEqual([first.length, second.length], [3, 1]);
  assert.equal(new Set([...first, ...second].map(({ jobId }) => jobId)).size, 4);
});
