/** A provider that is down: whoever tries whether it is back tries alone, and nobody waits for the lane. */
import assert from "node:assert/strict";
import {
  createJob,
  createLane,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  dispatch,
  jobOf,
  type Lane,
} from "./actors.ts";
import { deadlinePassed, passDeadline } from "./endings.ts";
import { entriesOf, jobsIn } from "./facts.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

const down = (session: Session, lane: Lane) =>
  session.ask<boolean>("worker.provider_down", { p_lane: lane.name, p_reason: "connection refused" });
const up = (session: Session, lane: Lane) =>
  session.ask<boolean>("worker.provider_up", { p_lane: lane.name });

/** The provider has been down for an hour. */
async function openCircuit(session: Session, lane: Lane): Promise<void> {
  while (!await down(session, lane));
  await session.rows(
    "update private.lanes set circuit_opened_at = circuit_opened_at - interval '1 hour' where lane = $1",
    [lane.name],
  );
}

/** The time of the next probe has come. */
async function letProbe(session: Session, lane: Lane): Promise<void> {
  await session.rows(
    "update private.lanes set circuit_probe_at = clock_timestamp() - interval '1 second' where lane = $1",
    [lane.name],
  );
}

for (const ending of ENDINGS) {
  const isFirst = ending === "commit";

  race(`of two dispatches one probes a provider that is down (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 3 });
    const users = [await createUser(referee), await createUser(referee), await createUser(referee)];
    const jobs = await createWaitingJobs(referee, lane, users);
    await openCircuit(referee, lane);
    assert.equal(await dispatch(referee, lane), 0);
    await letProbe(referee, lane);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    assert.equal(await skips(referee, b, dispatch(b, lane)), 0);
    await a.end(ending);
    assert.equal(await dispatch(b, lane), isFirst ? 0 : 1);
    assert.deepEqual(await jobsIn(referee, lane, "processing"), [jobs[0]?.id]);
    // An answer is enough for all the others.
    assert.equal(await up(referee, lane), true);
    assert.equal((await jobsIn(referee, lane, "processing")).length, 3);
  });

  race(
    `a create does not wait for the circuit that is just opening (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { capacity: 2 });
      await down(referee, lane);
      await down(referee, lane);
      await a.begin();
      assert.equal(await down(a, lane), true);
      const job = await skips(referee, b, createJob(b, lane, await createUser(referee)));
      assert.equal(job.status, "processing"); // as it was before
      await a.end(ending);
      const next = await createJob(referee, lane, await createUser(referee));
      assert.equal(next.status, isFirst ? "pending" : "processing");
    },
  );

  race(
    `an answer that comes while another finds the provider down (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const [job] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
      assert(job);
      await openCircuit(referee, lane);
      await a.begin();
      assert.equal(await up(a, lane), true);
      const found = start(down(b, lane));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await found, !isFirst); // after an answer, it takes three in a row again
      assert.equal((await jobOf(referee, job.id)).status, isFirst ? "processing" : "pending");
    },
  );

  race(
    `no deadline passes while the circuit is open, whoever looks (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await openCircuit(referee, lane);
      await passDeadline(referee, work);
      await a.begin();
      assert.equal(await up(a, lane), true);
      const passed = start(deadlinePassed(b, work));
      await waits(referee, b, a); // the deadline is just being moved
      await a.end(ending);
      assert.equal(await passed, "not_yet");
      assert.equal(await referee.ask("private.give_up_overdue_jobs", {}), 0);
      assert.equal(await entriesOf(referee, work.jobId), "charge -1");
    },
  );
}

race("the reaper waits for no lane whose circuit is just closing", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  const work = await createSubmittedJob(referee, lane, await createUser(referee));
  await openCircuit(referee, lane);
  await passDeadline(referee, work);
  await a.begin();
  assert.equal(await up(a, lane), true);
  assert.equal(await skips(referee, b, b.ask("private.give_up_overdue_jobs", {})), 0);
  await a.end("commit");
  assert.equal((await jobOf(referee, work.jobId)).status, "processing");
});
