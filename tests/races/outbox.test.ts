/** Tasks that outlive their attempts: what is heard of them from two sides at once is heard once. */
import assert from "node:assert/strict";
import {
  attemptFailed,
  cancel,
  checkpoint,
  complete,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  type Lane,
  type LaneLimits,
  submitted,
  webhook,
  type Work,
} from "./actors.ts";
import {
  deadlinePassed,
  deleteUser,
  driftOf,
  outboxOf,
  outputRefused,
  passDeadline,
  produced,
  refundOf,
  submitUnknown,
  taskOver,
} from "./endings.ts";
import { balanceOf, entriesOf, holdersOf, slotsOf } from "./facts.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();
const FREE = { held: 0, free: 1, retiring: 0 };

/** A cancelled job whose task may live, on the only slot of its lane; and its user, who has 4 credits left. */
async function cancelledJob(referee: Session, limits: LaneLimits = {}): Promise<[Lane, string, Work]> {
  const lane = await createLane(referee, { limits });
  const ana = await createUser(referee, 5);
  const work = await createSubmittedJob(referee, lane, ana);
  await cancel(referee, work.jobId);
  return [lane, ana, work];
}

for (const ending of ENDINGS) {
  const isFirst = ending === "commit";

  race(`a task is over once, and its slot goes to one job (${ending})`, async ({ a, b, referee }) => {
    const [lane, ana, work] = await cancelledJob(referee);
    const next = [await createJob(referee, lane, await createUser(referee))];
    next.push(await createJob(referee, lane, await createUser(referee)));
    await a.begin();
    assert.equal(await taskOver(a, work, "stopped"), true);
    const again = start(taskOver(b, work, "succeeded"));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await again, !isFirst);
    assert.equal(await refundOf(referee, work.jobId), isFirst ? "paid" : "withheld");
    assert.equal(await balanceOf(referee, ana), isFirst ? 5 : 4);
    assert.deepEqual(await holdersOf(referee, lane), [next[0]?.id]);
    assert.deepEqual(await driftOf(referee, work.jobId, ...next.map(({ id }) => id)), []);
  });

  race(
    `a late result that waits for the end of its task pays nothing back twice (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const [lane, ana, work] = await cancelledJob(referee);
      await a.begin();
      assert.equal(await taskOver(a, work, "stopped"), true);
      const late = start(complete(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await late, "late");
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "paid" : "withheld");
      assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1, refund 1" : "charge -1");
      assert.equal(await balanceOf(referee, ana), isFirst ? 5 : 4);
      assert.deepEqual(await slotsOf(referee, lane), FREE);
      const { doomed } = await referee.row<{ doomed: number }>(
        "select count(*)::integer as doomed from private.doomed_files where job_id = $1 and due_at <= now()",
        [work.jobId],
      );
      assert(doomed > 0, "the files of a result that nobody may have are deleted");
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(
    `the end of a task waits for its late result, which withholds the refund (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const [lane, ana, work] = await cancelledJob(referee);
      await a.begin();
      assert.equal(await complete(a, work), "late");
      const over = start(taskOver(b, work, "stopped"));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await over, !isFirst);
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "withheld" : "paid");
      assert.equal(await balanceOf(referee, ana), isFirst ? 4 : 5);
      assert.deepEqual(await slotsOf(referee, lane), FREE);
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(`the time of a task's life ends it while its word comes (${ending})`, async ({ a, b, referee }) => {
    const [lane, ana, work] = await cancelledJob(referee);
    await referee.rows("update private.cancels set ends_at = clock_timestamp() where token = $1", [
      work.token,
    ]);
    await a.begin();
    assert.equal(await webhook(a, lane, work, `event-1${lane.name}`, "failed"), "late");
    assert.equal(await skips(referee, b, b.ask("private.end_overdue_cancels", { p_lane: lane.name })), 0);
    await a.end(ending);
    assert.equal(await b.ask("private.end_overdue_cancels", { p_lane: lane.name }), isFirst ? 0 : 1);
    // Of a task that is known nobody can say that it came to nothing: only its failure gives the price back.
    assert.equal(await refundOf(referee, work.jobId), isFirst ? "paid" : "withheld");
    assert.equal(await balanceOf(referee, ana), isFirst ? 5 : 4);
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `a success is produced before the deadline that waits for it (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await passDeadline(referee, work);
      await a.begin();
      assert.equal(await produced(a, work), "produced");
      const passed = start(deadlinePassed(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await passed, isFirst ? "not_yet" : "failed");
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "none" : "paid");
      assert.deepEqual(await holdersOf(referee, lane), isFirst ? [] : [work.jobId]);
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(`the reaper leaves a job alone that is just produced (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await passDeadline(referee, work);
    await a.begin();
    assert.equal(await produced(a, work), "produced");
    assert.equal(await skips(referee, b, b.ask("private.give_up_overdue_jobs", {})), 0);
    await a.end(ending);
    assert.equal(await b.ask("private.give_up_overdue_jobs", {}), isFirst ? 0 : 1);
    assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1" : "charge -1, refund 1");
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`a result that waits for the reaper to give its job up is not copied (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createSubmittedJob(referee, lane, await createUser(referee));
    await passDeadline(referee, work);
    await a.begin();
    assert.equal(await a.ask("private.give_up_overdue_jobs", {}), 1);
    const result = start(produced(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await result, isFirst ? "late" : "produced");
    assert.equal(await refundOf(referee, work.jobId), isFirst ? "paid" : "none");
    assert.deepEqual(
      await outboxOf(referee, work.jobId),
      isFirst ? [{ reason: "deadline_exceeded", external_id: "task-1", how: "succeeded" }] : [],
    );
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(
    `an output is refused while another worker completes with it (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createSubmittedJob(referee, lane, await createUser(referee));
      await produced(referee, work);
      await a.begin();
      assert.equal(await complete(a, work), "completed");
      const refused = start(outputRefused(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await refused, isFirst ? "late" : "failed");
      assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1" : "charge -1, refund 1");
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(
    `a submit is not unknown whose task a webhook has just told of (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await checkpoint(referee, work);
      await a.begin();
      assert.equal(await webhook(a, lane, work, `event-1${lane.name}`), "accepted");
      const unknown = start(submitUnknown(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await unknown, isFirst ? "known" : "failed");
      assert.equal(await refundOf(referee, work.jobId), isFirst ? "none" : "paid");
      assert.deepEqual(await holdersOf(referee, lane), isFirst ? [] : [work.jobId]);
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(`a success that waits for submit_unknown frees the slot, and no more (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await checkpoint(referee, work);
    await a.begin();
    assert.equal(await submitUnknown(a, work), "failed");
    const verdict = start(webhook(b, lane, work, `event-1${lane.name}`));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await verdict, isFirst ? "late" : "accepted");
    assert.equal(await entriesOf(referee, work.jobId), isFirst ? "charge -1, refund 1" : "charge -1");
    assert.deepEqual(
      await outboxOf(referee, work.jobId),
      isFirst ? [{ reason: "submit_unknown", external_id: "task-1", how: "succeeded" }] : [],
    );
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });

  race(`a submit that is refused is not unknown as well (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await checkpoint(referee, work);
    await a.begin();
    assert.equal(await submitUnknown(a, work), "failed");
    const refused = start(attemptFailed(b, work, "never"));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await refused, isFirst ? "late" : "failed");
    assert.equal(await entriesOf(referee, work.jobId), "charge -1, refund 1");
    assert.deepEqual(await slotsOf(referee, lane), FREE);
    assert.deepEqual(await driftOf(referee, work.jobId), []);
  });
}

race("two workers pass the checkpoint of an attempt once in a lease", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  const work = await createRunningJob(referee, lane, await createUser(referee));
  await a.begin();
  assert.equal(await checkpoint(a, work, { resubmit: "idempotent" }), true);
  const second = start(checkpoint(b, work, { resubmit: "idempotent" }));
  await waits(referee, b, a);
  await a.end("commit");
  assert.equal(await second, false);
  await referee.rows("update public.job_attempts set submit_until = clock_timestamp() where token = $1", [
    work.token,
  ]);
  assert.equal(
    await checkpoint(b, work, { resubmit: "idempotent" }),
    true,
    "its lease over, it is submitted again",
  );
});

race("a webhook and a worker that both end a task whose user is gone", async ({ a, b, referee, another }) => {
  const lane = await createLane(referee);
  const ana = await createUser(referee);
  const work = await createSubmittedJob(referee, lane, ana);
  await deleteUser(referee, ana);
  assert.deepEqual(await holdersOf(referee, lane), [work.jobId]);
  // No job is left to be locked first. Both want the slot and the row: A stands at the row before B comes.
  const c = await another("C");
  await c.begin();
  await c.rows("select from private.cancels where token = $1 for update", [work.token]);
  const told = start(webhook(a, lane, work, `event-1${lane.name}`));
  await waits(referee, a, c);
  const over = start(taskOver(b, work, "stopped"));
  await waits(referee, b, a);
  await c.end("commit");
  assert.equal(await told, "late");
  assert.equal(await over, false);
  assert.deepEqual(await outboxOf(referee, work.jobId), [
    { reason: "user_deleted", external_id: "task-1", how: "succeeded" },
  ]);
  assert.deepEqual(await slotsOf(referee, lane), FREE);
});

/** What else workers lease: puts two of it there, the first of which is due first. Tells of each by its number. */
const LEASED: Readonly<
  Record<string, { put: (session: Session, lane: Lane) => Promise<unknown>; which: string }>
> = {
  "worker.receive_forgets": {
    put: async (session, lane) => {
      await session.rows("delete from private.forgets");
      await session.rows(
        `insert into private.forgets (token, job_id, attempt, tool, lane, account_id, external_id, started_at, made_at, next_at)
         select gen_random_uuid(), gen_random_uuid(), 1, $1, $1, $2, n, now(), now(), now() - n * interval '1 minute'
         from generate_series(1, 2) n`,
        [lane.name, lane.accountId],
      );
    },
    which: "x #>> '{attempt,external_id}'",
  },
  "worker.receive_doomed_files": {
    put: async (session) => {
      await session.rows("delete from private.doomed_files");
      await session.rows(
        `insert into private.doomed_files (bucket, prefix, due_at)
         select 'outputs', n, now() - n * interval '1 minute' from generate_series(1, 2) n`,
      );
    },
    which: "x.prefix",
  },
};
for (const [name, { put, which }] of Object.entries(LEASED)) {
  race(
    `${name} gives two workers what is due, the longest first, each its own`,
    async ({ a, b, referee }) => {
      await put(referee, await createLane(referee));
      const lease = async (session: Session) =>
        (await session.rows<{ n: string }>(`select ${which} as n from ${name}(1) x`)).map(({ n }) => n);
      await a.begin();
      assert.deepEqual(await lease(a), ["2"]);
      assert.deepEqual(await skips(referee, b, lease(b)), ["1"]);
      assert.deepEqual(await skips(referee, b, lease(b)), []);
      await a.end("rollback");
      assert.deepEqual(await lease(b), ["2"]);
    },
  );
}

race(
  "a worker looks at a task of the outbox that another has leased no second time",
  async ({ a, b, referee }) => {
    const [lane, , work] = await cancelledJob(referee);
    const due = async (session: Session) => {
      const rows = await session.call<
        { receive_cancels: { attempt: { token: string }; job: { lane: string } } }
      >(
        "worker.receive_cancels",
        { p_qty: 10 },
      );
      return rows.map((row) => row.receive_cancels).filter(({ job }) => job.lane === lane.name).map((item) =>
        item.attempt.token
      );
    };
    await a.begin();
    assert.deepEqual(await due(a), [work.token]);
    assert.deepEqual(await skips(referee, b, due(b)), []);
    await a.end("rollback");
    assert.deepEqual(await due(b), [work.token]);
    assert.deepEqual(await due(a), []);
    await submitted(referee, work); // what is heard of it has it looked at at once
    assert.deepEqual(await due(a), [work.token]);
  },
);
