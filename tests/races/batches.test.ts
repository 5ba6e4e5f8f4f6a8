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
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

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

/** Six submitted jobs, whose rows lie in the table in another order than that of their ids. */
async function shuffledWorks(session: Session): Promise<Work[]> {
  const lane = await createLane(session, { capacity: 6 });
  const ana = await createUser(session);
  const works: Work[] = [];
  for (let n = 0; n < 6; n++) works.push(await createSubmittedJob(session, lane, ana));
  // Written anew, a row comes to lie behind the others.
  for (const n of [3, 1, 4, 0, 2]) {
    const jobId = works[n]?.jobId ?? "";
    await session.rows("update public.jobs set metadata = metadata where id = $1", [jobId]);
    await session.rows("update public.job_attempts set checkpoint = checkpoint where job_id = $1", [jobId]);
  }
  return works.toSorted((a, b) => a.jobId < b.jobId ? -1 : 1);
}

/** How a job is locked, or its attempts, without the job. */
const LOCKS = {
  jobs:
    "select id from public.jobs where id = any (array(select jsonb_array_elements_text($1)::uuid)) for update",
  attempts: "select job_id as id from public.job_attempts " +
    "where job_id = any (array(select jsonb_array_elements_text($1)::uuid)) for update",
};

/** Which of these jobs, or attempts, somebody has locked. */
async function lockedOf(session: Session, works: Work[], what: keyof typeof LOCKS): Promise<boolean[]> {
  const free = await session.rows<{ id: string }>(`${LOCKS[what]} skip locked`, [
    works.map(({ jobId }) => jobId),
  ]);
  return works.map(({ jobId }) => !free.some(({ id }) => id === jobId));
}

const ORDERS: Readonly<Record<string, (works: Work[]) => Work[]>> = {
  "in the order of their ids": (works) => works,
  "backwards": (works) => works.toReversed(),
  "mixed": (works) => [3, 0, 5, 1, 4, 2].flatMap((n) => works[n] ?? []),
};
const BATCHES = {
  "worker.submitted_many": { external_id: "task-1" },
  "worker.complete_many": { output: { files: [] } },
} as const;

const deleteOwner = (session: Session, works: Work[]) =>
  session.rows("delete from auth.users where id = (select user_id from public.jobs where id = $1)", [
    works[0]?.jobId ?? "",
  ]);

/** What a batch locks by the tokens of its attempts, and in which order. */
const HELD_BY_TOKEN: Readonly<
  Record<
    string,
    { table: string; order: string; prepare: (session: Session, works: Work[]) => Promise<unknown> }
  >
> = {
  "slots": { table: "private.slots", order: "slot_id", prepare: () => Promise.resolve() },
  "slots of jobs that are gone": { table: "private.slots", order: "slot_id", prepare: deleteOwner },
  "the outbox's rows of jobs that are gone": {
    table: "private.cancels",
    order: "token",
    prepare: deleteOwner,
  },
};

for (const [name, said] of Object.entries(BATCHES)) {
  for (const [order, inOrder] of Object.entries(ORDERS)) {
    race(
      `${name} locks jobs by their ids, and then their attempts, although they are reported ${order}`,
      async (track) => {
        const { a, b, referee } = track;
        const works = await shuffledWorks(referee);
        for (const what of ["jobs", "attempts"] as const) {
          for (const held of [0, 2, 4]) {
            await a.begin();
            await a.rows(LOCKS[what], [[works[held]?.jobId ?? ""]]);
            await b.begin();
            const reported = start(report(b, name, inOrder(works), said));
            await waits(referee, b, a);
            // It waits for the one that is held, and has locked those before it and none behind it.
            await referee.begin();
            assert.deepEqual(
              await lockedOf(referee, works, what),
              works.map((_, n) => n <= held),
              `${what}, ${held}`,
            );
            await referee.end("rollback");
            await a.end("rollback");
            await reported;
            await b.end("rollback");
          }
        }
      },
    );
  }

  race(`${name} does not wait for who refers to one of its jobs`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee);
    const works = [await createRunningJob(referee, lane, ana), await createRunningJob(referee, lane, ana)];
    for (const work of works) await checkpoint(referee, work);
    await a.begin();
    await a.rows("select from public.jobs where id = $1 for key share", [works[0]?.jobId ?? ""]);
    assert.equal((await skips(referee, b, report(b, name, works, said))).length, works.length);
    await a.end("commit");
  });

  for (const [what, { table, order, prepare }] of Object.entries(HELD_BY_TOKEN)) {
    if (what.startsWith("slots") && name === "worker.submitted_many") continue; // it frees none
    race(`${name} locks ${what} in one order`, async ({ a, b, referee }) => {
      const works = await shuffledWorks(referee);
      const byToken = new Map(works.map((work) => [work.token, work]));
      await prepare(referee, works);
      const lock = `select from ${table} where token = $1 for update`;
      const rows = await referee.rows<{ token: string }>(
        `select token from ${table} where token = any (array(select jsonb_array_elements_text($1)::uuid)) order by ${order}`,
        [[...byToken.keys()]],
      );
      const tokens = rows.map(({ token }) => token);
      assert.equal(tokens.length, works.length);
      for (const n of [3, 1, 4, 0, 2]) {
        await referee.rows(`update ${table} set token = token where token = $1`, [tokens[n] ?? ""]);
      }
      const inTheirOrder = tokens.flatMap((token) => byToken.get(token) ?? []);
      for (const [n, inOrder] of Object.values(ORDERS).entries()) {
        const held = 2 * n;
        await a.begin();
        await a.rows(lock, [tokens[held] ?? ""]);
        await b.begin();
        const reported = start(report(b, name, inOrder(inTheirOrder), said));
        await waits(referee, b, a);
        await referee.begin();
        const locked: boolean[] = [];
        for (const token of tokens) {
          locked.push((await referee.rows(`${lock} skip locked`, [token])).length === 0);
        }
        assert.deepEqual(locked, tokens.map((_, n) => n <= held), String(held));
        await referee.end("rollback");
        await a.end("rollback");
        await reported;
        await b.end("rollback");
      }
    });
  }

  race(
    `${name}: two batches that share jobs and name them against each other both come to their end`,
    async (track) => {
      const { a, b, referee } = track;
      const works = await shuffledWorks(referee);
      for (let round = 0; round < 20; round++) {
        await Promise.all([[a, works], [b, works.toReversed()]].map(async ([session, reported]) => {
          await (session as Session).begin();
          await report(session as Session, name, reported as Work[], said);
          await (session as Session).end("rollback");
        }));
      }
    },
  );
}
