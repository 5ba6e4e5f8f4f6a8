/**
 * A free slot and a waiting job do not coexist after a drain, whoever held one of them while it looked: for each thing
 * that dispatch skips when it is locked, a drain meets a transaction that has it.
 */
import assert from "node:assert/strict";
import {
  cancel,
  complete,
  createJob,
  createLane,
  createUser,
  createWaitingJobs,
  dispatch,
  jobOf,
  type Lane,
  type LaneLimits,
  workOf,
} from "./actors.ts";
import { ENDINGS, races, type Row, type Session, start, waits } from "./harness.ts";
import { createProject, patience, save, versionOf } from "./projects.ts";

const { race } = races();
const RATE: LaneLimits = { rate_limit: 50, rate_window: "1 second" };

/** What a drain takes: the ids of the jobs it is to submit. */
async function drain(session: Session, lane: Lane): Promise<string[]> {
  const receive = (p_waits: boolean) =>
    session.call<Row & { item: { job: { id: string } } }>("worker.receive", {
      p_lane: lane.name,
      p_qty: 10,
      p_waits,
    });
  let rows = await receive(false);
  if (rows.length === 0) rows = await receive(true); // in a transaction of its own
  return rows.map(({ item }) => item.job.id).toSorted();
}

/** As if so many free slots of the lane were in use; returns how to give them back. */
async function occupy(referee: Session, lane: Lane, count: number): Promise<() => Promise<unknown>> {
  const slots = await referee.rows<{ slot_id: string }>(
    `update private.slots set job_id = gen_random_uuid(), token = gen_random_uuid()
     where slot_id in (select slot_id from private.slots where lane = $1 and token is null limit $2) returning slot_id`,
    [lane.name, count],
  );
  assert.equal(slots.length, count);
  const ids = `{${slots.map(({ slot_id }) => slot_id).join()}}`;
  const update = "update private.slots set job_id = null, token = null where slot_id = any ($1::bigint[])";
  return () => referee.rows(update, [ids]);
}

/** Fails when a job of the lane waits beside a free slot. */
async function assertNoneWaits(referee: Session, lane: Lane): Promise<void> {
  const { waiting, free } = await referee.row<{ waiting: number; free: number }>(
    `select (select count(*)::integer from public.jobs where lane = $1 and status = 'pending') as waiting,
       (select count(*)::integer from private.slots where lane = $1 and token is null) as free`,
    [lane.name],
  );
  assert(waiting === 0 || free === 0, `${waiting} jobs wait beside ${free} free slots`);
}

race("a drain waits for a commit that waits for a project, where the lane has a rate", async (track) => {
  const { a, b, referee, another } = track;
  await patience(referee, "30s");
  const lane = await createLane(referee, { capacity: 3, effect: "project_node", limits: RATE });
  const vacate = await occupy(referee, lane, 1);
  const [ana, bo] = [await createUser(referee), await createUser(referee)];
  const project = await createProject(referee, ana);
  const metadata = { projectId: project.id, nodeId: "n1" };
  const first = await createJob(referee, lane, ana, { metadata });
  const second = await createJob(referee, lane, ana, { metadata });
  const third = await createJob(referee, lane, ana, { metadata });
  assert.deepEqual(await drain(referee, lane), [first.id, second.id].toSorted());
  const owner = await another("owner");
  await owner.begin();
  await save(owner, project, await versionOf(referee, project), { n1: "by hand" });
  const completed = start(complete(a, await workOf(referee, first.id))); // and starts the third
  await waits(referee, a, owner);
  await vacate();
  const late = await createJob(b, lane, bo);
  assert.equal((await jobOf(referee, late.id)).status, "pending");
  const drained = start(drain(b, lane));
  await waits(referee, b, a);
  await owner.end("commit");
  await completed;
  assert.deepEqual(await drained, [third.id, late.id].toSorted());
  await assertNoneWaits(referee, lane);
});

for (const ending of ENDINGS) {
  const after = (committed: string[], rolledBack: string[]) =>
    (ending === "commit" ? committed : rolledBack).toSorted();

  race(`a drain waits for who counts the starts of a lane with a rate (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2, limits: RATE });
    const [one] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
    assert(one);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    const two = await createJob(b, lane, await createUser(referee));
    const drained = start(drain(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await drained, [one.id, two.id].toSorted());
    await assertNoneWaits(referee, lane);
  });

  race(`a drain waits for who probes a lane whose circuit is open (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const [one, two] = await createWaitingJobs(referee, lane, Array(2).fill(await createUser(referee)));
    assert(one && two);
    await referee.rows(
      `update private.lanes set circuit_failures = 3, circuit_reason = 'test',
         circuit_opened_at = clock_timestamp() - interval '1 minute', circuit_probe_at = clock_timestamp()
       where lane = $1`,
      [lane.name],
    );
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    const drained = start(drain(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await drained, [one.id], "one job is the probe, whoever starts it");
  });

  race(`a drain waits for who counts what a user has running (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 3, limits: { max_active_per_user: 2 } });
    const [one, two] = await createWaitingJobs(referee, lane, Array(2).fill(await createUser(referee)));
    assert(one && two);
    const vacate = await occupy(referee, lane, 2);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    await vacate();
    const drained = start(drain(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await drained, [one.id, two.id].toSorted());
    await assertNoneWaits(referee, lane);
  });

  race(`a drain waits for who has the job (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const [one] = await createWaitingJobs(referee, lane, [await createUser(referee)]);
    assert(one);
    await a.begin();
    await cancel(a, one.id);
    const drained = start(drain(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await drained, after([], [one.id]));
    await assertNoneWaits(referee, lane);
  });

  race(`a drain waits for who has the slot (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const [ana, bo] = [await createUser(referee), await createUser(referee)];
    await a.begin();
    const one = await createJob(a, lane, ana);
    const two = await createJob(b, lane, bo);
    const drained = start(drain(b, lane));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await drained, after([one.id], [two.id]));
    await assertNoneWaits(referee, lane);
  });
}
