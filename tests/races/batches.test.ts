/** What workers report of many jobs at once, against those who want the same rows in an order of their own. */
import assert from "node:assert/strict";
import {
  cancel,
  checkpoint,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  setCapacity,
  type Work,
} from "./actors.ts";
import { deleteUser, driftOf, outboxOf, refundOf } from "./endings.ts";
import { slotsOf } from "./facts.ts";
import { ENDINGS, races, type Session, start, waits } from "./harness.ts";

const { race } = races();

/** Reports these attempts at once; returns the verdicts. */
async function report(session: Session, name: string, works: Work[], said: object): Promise<string[]> {
  const items = works.map(({ jobId, token }) => ({ job_id: jobId, token, ...said }));
  return (await session.call<{ verdict: string }>(name, { p_items: items })).map(({ verdict }) => verdict);
}
const completeMany = (session: Session, works: Work[]) =>
  report(session, "worker.complete_many", works, { output: { files: [] } });

race("late results of a batch and a change of capacity lock the slots in one order", async (track) => {
  const { a, b, referee, another } = track;
  const lane = await createLane(referee, { capacity: 2 });
  const ana = await createUser(referee);
  const works = [await createSubmittedJob(referee, lane, ana), await createSubmittedJob(referee, lane, ana)];
  for (const { jobId } of works) await cancel(referee, jobId);
  const c = await another("C");
  await c.begin();
  await c.rows("select from private.slots where token = $1 for update", [works[0]?.token ?? ""]);
  const lowered = start(setCapacity(a, lane.accountId, 1));
  await waits(referee, a, c);
  const completed = start(completeMany(b, works.toReversed()));
  await waits(referee, b, a);
  await c.end("commit");
  await lowered;
  assert.deepEqual(await completed, ["late", "late"]);
  assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 1, retiring: 0 });
  for (const { jobId } of works) assert.equal(await refundOf(referee, jobId), "withheld");
  assert.deepEqual(await driftOf(referee, ...works.map(({ jobId }) => jobId)), []);
});

for (const ending of ENDINGS) {
  const isGone = ending === "commit";

  race(`a batch tells the outbox of tasks whose user was just deleted (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee);
    const works = [await createRunningJob(referee, lane, ana), await createRunningJob(referee, lane, ana)];
    for (const work of works) await checkpoint(referee, work);
    await a.begin();
    await deleteUser(a, ana);
    const told = start(report(b, "worker.submitted_many", works, { external_id: "task-1" }));
    await waits(referee, b, a);
    await a.end(ending);
    assert.deepEqual(await told, Array(2).fill(isGone ? "cancelled" : "processing"));
    const left = { reason: "user_deleted", external_id: "task-1", how: null };
    for (const { jobId } of works) assert.deepEqual(await outboxOf(referee, jobId), isGone ? [left] : []);

    const verdicts = await completeMany(referee, works);
    assert.deepEqual(verdicts, Array(2).fill(isGone ? "late" : "completed"));
    const over = { ...left, how: "succeeded" };
    for (const { jobId } of works) assert.deepEqual(await outboxOf(referee, jobId), isGone ? [over] : []);
    assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 2, retiring: 0 });
  });
}
