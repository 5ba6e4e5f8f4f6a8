import assert from "node:assert/strict";
import { balanceOf, holdersOf, messagesFor, outcomesOf, slotsOf, stepsOf } from "./facts.ts";
import {
  cancel,
  claim,
  complete,
  createJob,
  createLane,
  createUser,
  expire,
  grant,
  heartbeat,
  jobOf,
  type Lane,
  type LaneLimits,
  type Work,
} from "./actors.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

const createPullLane = (session: Session, capacity = 1, limits: LaneLimits = {}): Promise<Lane> =>
  createLane(session, { capacity, limits: { delivery: "pull", lease: "1 hour", ...limits } });

/** A job that a worker had, whose lease has run out. */
async function lostJob(referee: Session, lane: Lane, userId: string): Promise<Work> {
  await createJob(referee, lane, userId);
  const [work] = await claim(referee, lane, 1, "lost");
  assert(work);
  await expire(referee, work);
  return work;
}

/** Makes the messages of a lane visible again that a claim could not take. */
async function showMessages(referee: Session, lane: Lane): Promise<void> {
  await referee.rows(`update pgmq.q_${lane.queue} set vt = clock_timestamp()`);
}

const ids = (works: Work[]): string[] => works.map(({ jobId }) => jobId);
const reap = async (session: Session): Promise<number> =>
  (await session.ask<{ leases_ended: number }>("worker.reap", {})).leases_ended;

for (const ending of ENDINGS) {
  // @acceptance 003:292
  race(`two claims share the jobs, and none is handed out twice (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee, 2);
    const first = await createJob(referee, lane, await createUser(referee));
    const second = await createJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.deepEqual(ids(await claim(a, lane, 1)), [first.id]);
    assert.deepEqual(ids(await skips(referee, b, claim(b, lane))), [second.id]);
    await a.end(ending);
    assert.deepEqual(ids(await claim(b, lane)), ending === "commit" ? [] : [first.id]);
    for (const { id } of [first, second]) {
      assert.equal((await stepsOf(referee, id)).filter((step) => step === "running").length, 1);
      assert.deepEqual(await messagesFor(referee, lane.queue, id), []);
    }
  });

  race(`a job that is just being cancelled is left out of a claim (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const job = await createJob(referee, lane, await createUser(referee));
    await a.begin();
    await cancel(a, job.id);
    assert.deepEqual(await skips(referee, b, claim(b, lane)), []);
    await a.end(ending);
    await showMessages(referee, lane);
    assert.deepEqual(ids(await claim(b, lane)), ending === "commit" ? [] : [job.id]);
    assert.deepEqual(await messagesFor(referee, lane.queue, job.id), []);
  });

  race(`a claimed job is not cancelled before its claim has ended (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const job = await createJob(referee, lane, await createUser(referee));
    await a.begin();
    const [work] = await claim(a, lane);
    assert(work);
    const cancelled = start(cancel(b, job.id));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal((await cancelled).status, "cancelled");
    assert.deepEqual(await outcomesOf(referee, job.id), ["cancelled"]);
    if (ending === "commit") assert.equal(await heartbeat(referee, work), false);
  });

  race(`a lost job goes to one of two claims (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const lost = await lostJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.deepEqual((await claim(a, lane)).map(({ attempt }) => attempt), [2]);
    assert.deepEqual(await skips(referee, b, claim(b, lane)), []);
    await a.end(ending);
    const again = await claim(b, lane);
    assert.deepEqual(again.map(({ attempt }) => attempt), ending === "commit" ? [] : [2]);
    assert.deepEqual(await outcomesOf(referee, lost.jobId), ["retried", null]);
    assert.deepEqual(await holdersOf(referee, lane), [lost.jobId]);
  });

  race(
    `a lost worker's result that comes first is not redelivered (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createPullLane(referee);
      const lost = await lostJob(referee, lane, await createUser(referee));
      await a.begin();
      assert.equal(await complete(a, lost), "completed");
      assert.deepEqual(await skips(referee, b, claim(b, lane)), []);
      await a.end(ending);
      const again = await claim(b, lane);
      assert.deepEqual(again.map(({ attempt }) => attempt), ending === "commit" ? [] : [2]);
      assert.deepEqual(
        await outcomesOf(referee, lost.jobId),
        ending === "commit" ? ["succeeded"] : ["retried", null],
      );
    },
  );

  race(
    `a lost worker's result waits for its redelivery, and completes the job once (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createPullLane(referee);
      const user = await createUser(referee, 5);
      const lost = await lostJob(referee, lane, user);
      await a.begin();
      const [next] = await claim(a, lane);
      assert(next);
      const late = start(complete(b, lost));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await late, "completed");
      if (ending === "commit") {
        assert.equal(await heartbeat(referee, next), false, "what the next worker does is in vain");
        assert.equal(await complete(referee, next), "late");
      }
      assert.deepEqual(
        await outcomesOf(referee, lost.jobId),
        ending === "commit" ? ["succeeded", "orphaned"] : ["succeeded"],
      );
      assert.equal(await balanceOf(referee, user), 4);
      assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 1, retiring: 0 });
    },
  );

  race(`a heartbeat that comes before the reaper keeps the job (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const lost = await lostJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await heartbeat(a, lost), true);
    assert.equal(await skips(referee, b, reap(b)), 0);
    await a.end(ending);
    assert.equal(await reap(b), ending === "commit" ? 0 : 1);
    assert.equal(await heartbeat(referee, lost), ending === "commit");
  });

  race(`a heartbeat that comes after the reaper is told to stop (${ending})`, async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const lost = await lostJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await reap(a), 1);
    const told = start(heartbeat(b, lost));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await told, ending === "rollback");
    assert.equal((await jobOf(referee, lost.jobId)).attempt, ending === "commit" ? 2 : 1);
  });
}

race(
  "a claim that would have to wait for a lost job's slot or credits leaves it to the next",
  async ({ a, b, referee }) => {
    const lane = await createPullLane(referee);
    const user = await createUser(referee);
    const lost = await lostJob(referee, lane, user);
    const holdSlot = () => a.rows("select from private.slots where lane = $1 for update", [lane.name]);
    for (const hold of [() => grant(a, user, 1), holdSlot]) {
      await a.begin();
      await hold();
      assert.deepEqual(await skips(referee, b, claim(b, lane)), []);
      await a.end("rollback");
    }
    assert.deepEqual(ids(await claim(b, lane)), [lost.jobId]);
  },
);
