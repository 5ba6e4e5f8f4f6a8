/** Users who are deleted while all goes on: nothing deadlocks, no slot is lost, and no task is forgotten. */
import assert from "node:assert/strict";
import {
  addAccount,
  cancel,
  checkpoint,
  complete,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  dispatch,
  setCapacity,
  submitted,
  webhook,
  type Work,
  workOf,
} from "./actors.ts";
import { deleteUser, driftOf, outboxOf, produced, taskOver } from "./endings.ts";
import { entriesOf, holdersOf, messagesFor, slotsOf } from "./facts.ts";
import {
  ENDINGS,
  isDatabaseError,
  races,
  refusalOf,
  type Session,
  skips,
  start,
  waits,
  waitsOrEnds,
} from "./harness.ts";
import { createProject, patience } from "./projects.ts";

const { race } = races();
const FREE = { held: 0, free: 1, retiring: 0 };

async function existsIn(session: Session, table: string, column: string, id: string): Promise<boolean> {
  return (await session.rows(`select from ${table} where ${column} = $1`, [id])).length > 0;
}

/** How many deadlocks the server has noticed; sessions tell it when they close. */
async function deadlocksOf(session: Session): Promise<string> {
  const count = "select deadlocks from pg_stat_database where datname = current_database()";
  return (await session.row<{ deadlocks: string }>(count)).deadlocks;
}

/** Ends well, or with an error that is no deadlock: the SQLSTATE or the refusal. */
async function endOf(call: Promise<unknown>): Promise<string | null> {
  try {
    return await refusalOf(call);
  } catch (error) {
    if (isDatabaseError(error) && error.code !== "40P01") return error.code;
    throw error;
  }
}

for (const ending of ENDINGS) {
  const isGone = ending === "commit";

  race(`the checkpoint refuses a job whose user is just being deleted (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    const work = await createRunningJob(referee, lane, ana);
    await a.begin();
    await deleteUser(a, ana);
    const mayBeSubmitted = start(checkpoint(b, work));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await mayBeSubmitted, !isGone);
    assert.deepEqual(await outboxOf(referee, work.jobId), []);
    assert.deepEqual(await slotsOf(referee, lane), isGone ? FREE : { held: 1, free: 0, retiring: 0 });
  });

  race(
    `a deletion that waits for the checkpoint leaves the task to the outbox (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      const work = await createRunningJob(referee, lane, ana);
      await a.begin();
      assert.equal(await checkpoint(a, work), true);
      const deleted = start(deleteUser(b, ana));
      await waits(referee, b, a);
      await a.end(ending);
      await deleted;
      assert.equal(await existsIn(referee, "public.jobs", "id", work.jobId), false);
      const left = [{ reason: "user_deleted", external_id: null, how: null }];
      assert.deepEqual(await outboxOf(referee, work.jobId), isGone ? left : []);
      assert.deepEqual(await holdersOf(referee, lane), isGone ? [work.jobId] : []);
      assert.equal(await entriesOf(referee, work.jobId), "charge -1");
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );

  race(
    `the answer to the submit that waits for a deletion is kept (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      const work = await createRunningJob(referee, lane, ana);
      await checkpoint(referee, work);
      await a.begin();
      await deleteUser(a, ana);
      const status = start(submitted(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await status, isGone ? "cancelled" : "processing");
      const left = [{ reason: "user_deleted", external_id: "task-1", how: null }];
      assert.deepEqual(await outboxOf(referee, work.jobId), isGone ? left : []);
      assert.deepEqual(await holdersOf(referee, lane), [work.jobId]);
      assert.deepEqual(await messagesFor(referee, "settle_queue", work.jobId), isGone ? [] : ["poll"]);
      if (!isGone) return;
      assert.equal(await taskOver(referee, work, "stopped"), true);
      assert.deepEqual(await slotsOf(referee, lane), FREE);
      assert.equal(await entriesOf(referee, work.jobId), "charge -1");
    },
  );

  for (const [what, tell] of Object.entries({ complete, produced })) {
    race(`a result (${what}) that waits for the deletion of its user is late (${ending})`, async (track) => {
      const { a, b, referee } = track;
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      const work = await createSubmittedJob(referee, lane, ana);
      await a.begin();
      await deleteUser(a, ana);
      const told = start(tell(b, work));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await told, isGone ? "late" : what === "complete" ? "completed" : "produced");
      const left = [{ reason: "user_deleted", external_id: "task-1", how: "succeeded" }];
      assert.deepEqual(await outboxOf(referee, work.jobId), isGone ? left : []);
      assert.deepEqual(await slotsOf(referee, lane), FREE);
    });

    race(
      `a deletion waits for a result (${what}) of its user's, and takes all (${ending})`,
      async (track) => {
        const { a, b, referee } = track;
        const lane = await createLane(referee);
        const ana = await createUser(referee);
        const work = await createSubmittedJob(referee, lane, ana);
        await a.begin();
        await tell(a, work);
        const deleted = start(deleteUser(b, ana));
        await waits(referee, b, a);
        await a.end(ending);
        await deleted;
        assert.equal(await existsIn(referee, "public.jobs", "id", work.jobId), false);
        const left = [{ reason: "user_deleted", external_id: "task-1", how: null }];
        assert.deepEqual(await outboxOf(referee, work.jobId), isGone ? [] : left);
        assert.deepEqual(await holdersOf(referee, lane), isGone ? [] : [work.jobId]);
        assert.deepEqual(await messagesFor(referee, "settle_queue", work.jobId), []);
      },
    );
  }

  race(`a webhook that waits for the deletion of its user ends the task (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    const work = await createSubmittedJob(referee, lane, ana);
    await a.begin();
    await deleteUser(a, ana);
    const verdict = start(webhook(b, lane, work, `event-1${lane.name}`));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await verdict, isGone ? "late" : "accepted");
    const left = [{ reason: "user_deleted", external_id: "task-1", how: "succeeded" }];
    assert.deepEqual(await outboxOf(referee, work.jobId), isGone ? left : []);
    assert.deepEqual(await slotsOf(referee, lane), FREE);
  });

  race(`a dispatch skips the jobs of a user who is just being deleted (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    const [job, next] = await createWaitingJobs(referee, lane, [ana, await createUser(referee)]);
    assert(job && next);
    await a.begin();
    await a.rows("select from public.jobs where id = $1 for update", [job.id]);
    assert.equal(await skips(referee, b, dispatch(b, lane)), 1);
    await deleteUser(a, ana);
    await a.end(ending);
    assert.deepEqual(await holdersOf(referee, lane), [next.id]);
    assert.equal(await existsIn(referee, "public.jobs", "id", job.id), !isGone);
  });

  race(`a deletion that waits for a dispatch frees the slot just given (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    const [job, next] = await createWaitingJobs(referee, lane, [ana, await createUser(referee)]);
    assert(job && next);
    await a.begin();
    assert.equal(await dispatch(a, lane), 1);
    const deleted = start(deleteUser(b, ana));
    await waits(referee, b, a);
    await a.end(ending);
    await deleted;
    await dispatch(referee, lane);
    assert.deepEqual(await holdersOf(referee, lane), [next.id]);
    assert.deepEqual(await outboxOf(referee, job.id), []);
    assert.deepEqual(await driftOf(referee, next.id), []);
  });

  race(
    `a cancel that waits for the deletion of its user finds no job (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      const work = await createSubmittedJob(referee, lane, ana);
      await a.begin();
      await deleteUser(a, ana);
      const cancelled = start(refusalOf(cancel(b, work.jobId)));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await cancelled, isGone ? "404 not_found" : null);
      const reason = isGone ? "user_deleted" : "cancelled";
      assert.deepEqual(await outboxOf(referee, work.jobId), [{ reason, external_id: "task-1", how: null }]);
      assert.deepEqual(await holdersOf(referee, lane), [work.jobId]);
    },
  );

  race(
    `a task is over whose refund is due, while its user is deleted (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      const work = await createSubmittedJob(referee, lane, ana);
      await cancel(referee, work.jobId);
      await a.begin();
      await deleteUser(a, ana);
      const over = start(taskOver(b, work, "stopped"));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await over, true);
      assert.deepEqual(await outboxOf(referee, work.jobId), [
        { reason: "cancelled", external_id: "task-1", how: "stopped" },
      ]);
      assert.equal(await entriesOf(referee, work.jobId), isGone ? "charge -1" : "charge -1, refund 1");
      assert.deepEqual(await slotsOf(referee, lane), FREE);
    },
  );

  race(
    `a create waits for the deletion of its user, and is refused (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee);
      await a.begin();
      await deleteUser(a, ana);
      const created = start(endOf(createJob(b, lane, ana)));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await created, isGone ? "404 user_not_found" : null);
      assert.deepEqual(await slotsOf(referee, lane), isGone ? FREE : { held: 1, free: 0, retiring: 0 });
    },
  );

  race(`a deletion waits for a create of its user's, and takes the job (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    await a.begin();
    const job = await createJob(a, lane, ana);
    const deleted = start(deleteUser(b, ana));
    await waits(referee, b, a);
    await a.end(ending);
    await deleted;
    assert.equal(await existsIn(referee, "public.jobs", "id", job.id), false);
    assert.deepEqual(await slotsOf(referee, lane), FREE);
  });
}

race("a create and the deletion of its user both end well, wherever the create stands", async (track) => {
  const { a, b, referee } = track;
  const lane = await createLane(referee);
  const ana = await createUser(referee);
  // The create stands at the credits: it has kept other creates out already, and not yet written the job.
  const c = await track.another("C");
  await c.begin();
  await c.rows("select from public.credit_accounts where user_id = $1 for update", [ana]);
  const created = start(endOf(createJob(a, lane, ana)));
  await waits(referee, a, c);
  const deleted = start(endOf(deleteUser(b, ana)));
  await waits(referee, b, a);
  await c.end("commit");
  assert.equal(await created, null);
  assert.equal(await deleted, null);
  assert.deepEqual(await slotsOf(referee, lane), FREE);
});

race("a retry that waits for its user's row has no job yet", async ({ a, b, referee }) => {
  const lane = await createLane(referee);
  const ana = await createUser(referee);
  const work = await createRunningJob(referee, lane, ana);
  await cancel(referee, work.jobId);
  await a.begin();
  await a.rows("select from auth.users where id = $1 for update", [ana]);
  const retried = start(b.call("public.retry_job", { p_job_id: work.jobId }));
  await waits(referee, b, a);
  const free = await referee.rows("select from public.jobs where id = $1 for update skip locked", [
    work.jobId,
  ]);
  assert.equal(free.length, 1, "whoever leaves locks the user first, and then the jobs");
  await a.end("commit");
  assert.equal((await retried).length, 1);
});

race("a retry and the deletion of its user both end well", async ({ a, b, referee, another }) => {
  const lane = await createLane(referee);
  const ana = await createUser(referee);
  const work = await createRunningJob(referee, lane, ana);
  await cancel(referee, work.jobId);
  // The retry has the ended job; the deletion comes before it asks for anything of the user's.
  const c = await another("C");
  await c.begin();
  await c.rows("select private.lock_creates($1)", [ana]);
  const retried = start(endOf(a.call("public.retry_job", { p_job_id: work.jobId })));
  await waits(referee, a, c);
  const deleted = start(endOf(deleteUser(b, ana)));
  await waits(referee, b, c);
  await c.end("commit");
  assert(["404 not_found", null].includes(await retried));
  assert.equal(await deleted, null);
  assert.deepEqual(await slotsOf(referee, lane), FREE);
});

race(
  "a deletion and a change of capacity lock the slots in one order",
  async ({ a, b, referee, another }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee);
    const first = await createRunningJob(referee, lane, ana);
    const second = await createRunningJob(referee, lane, ana);
    // The older job has the later slot.
    await referee.rows(
      `update private.slots s set token = null, job_id = null where lane = $1`,
      [lane.name],
    );
    await referee.rows(
      `update private.slots s set token = a.token, job_id = a.job_id from public.job_attempts a
     where s.slot_id = case a.job_id when $2 then (select max(slot_id) from private.slots where lane = $1)
       else (select min(slot_id) from private.slots where lane = $1) end and a.job_id in ($2, $3)`,
      [lane.name, first.jobId, second.jobId],
    );
    await referee.rows(
      `update public.job_attempts a set slot_id = s.slot_id from private.slots s where s.token = a.token and s.lane = $1`,
      [lane.name],
    );
    // The deletion stands at the second attempt; the change of capacity has the first slot and comes to the second.
    const c = await another("C");
    await c.begin();
    await c.rows("select from public.job_attempts where job_id = $1 for update", [second.jobId]);
    const deleted = start(endOf(deleteUser(a, ana)));
    await waits(referee, a, c);
    const lowered = start(setCapacity(b, lane.accountId, 1));
    await waitsOrEnds(referee, b, lowered);
    await c.end("commit");
    assert.equal(await deleted, null);
    await lowered;
    assert.deepEqual(await slotsOf(referee, lane), FREE);
  },
);

/** Rows that tell of a user who is gone, and that somebody works on. */
const TRACES = {
  "a task": "private.cancels where user_id = $1",
  "a message": "pgmq.q_settle_queue where message ->> 'user' = $1::text",
  "the note of who left": "private.leavers where user_id = $1",
};
for (const [what, rows] of Object.entries(TRACES)) {
  race(`whoever looks for traces does not wait for those who have ${what}`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee);
    const work = await createSubmittedJob(referee, lane, ana);
    await deleteUser(referee, ana);
    await referee.rows("update private.cancels set user_id = $2 where token = $1", [work.token, ana]);
    await referee.rows(
      "select pgmq.send('settle_queue', jsonb_build_object('job_id', $1::uuid, 'user', $2::uuid))",
      [
        work.jobId,
        ana,
      ],
    );
    await referee.rows("update private.leavers set due_at = '-infinity' where user_id = $1", [ana]);
    await a.begin();
    await a.rows(`select from ${rows} for update`, [ana]);
    await skips(referee, b, b.rows("select private.forget_leavers($1)", [ana]));
    await a.end("commit");
    await referee.rows("update private.leavers set due_at = '-infinity' where user_id = $1", [ana]);
    await referee.rows("select private.forget_leavers($1)", [ana]);
    for (const row of ["private.cancels where user_id = $1", TRACES["a message"]]) {
      assert.deepEqual([...await referee.rows(`select from ${row}`, [ana])], [], row);
    }
  });
}

race("a deletion and the removal of an account both end well", async ({ a, b, referee, another }) => {
  const lane = await createLane(referee, { capacity: 2 });
  const ana = await createUser(referee);
  const first = await createSubmittedJob(referee, lane, ana);
  const second = await createRunningJob(referee, lane, ana);
  await addAccount(referee, lane.name, 1);
  // The removal has the second job and wants all slots of the account; the deletion has begun with the first.
  const c = await another("C");
  await c.begin();
  await c.rows("select from private.slots where token = $1 for update", [second.token]);
  const removed = start(endOf(a.ask("ops.remove_account", { p_account_id: lane.accountId })));
  await waits(referee, a, c);
  const deleted = start(endOf(deleteUser(b, ana)));
  await waits(referee, b, a);
  await c.end("commit");
  assert.equal(await removed, null);
  assert.equal(await deleted, null);
  assert.deepEqual(await holdersOf(referee, lane), [first.jobId]);
});

race("a deletion and a save of all the user's projects lock them in one order", async ({ a, b, referee }) => {
  // Of two projects the one that comes later in the order lies first in the table.
  let ana: string, early: string, late: string;
  do {
    ana = await createUser(referee);
    late = (await createProject(referee, ana)).id;
    early = (await createProject(referee, ana)).id;
  } while (late < early);
  await a.begin();
  await a.rows("select from public.projects where id = $1 for update", [early]);
  const deleted = start(endOf(deleteUser(b, ana)));
  await waits(referee, b, a);
  await a.rows("select from public.projects where id = $1 for update", [late]);
  await a.end("commit");
  assert.equal(await deleted, null);
});

race("two results for one project, and the deletion of its owner, both end well", async (track) => {
  const { a, b, referee, another } = track;
  await patience(referee, "30s");
  const lane = await createLane(referee, { capacity: 2, effect: "project_node" });
  const ana = await createUser(referee);
  const { id: projectId } = await createProject(referee, ana);
  const works: Work[] = [];
  for (const nodeId of ["n1", "n2"]) {
    const job = await createJob(referee, lane, ana, { metadata: { projectId, nodeId } });
    works.push(await workOf(referee, job.id));
  }
  // A commits two results: the second change of the project refers to its owner again, whose row B has by then.
  const c = await another("C");
  await c.begin();
  await c.rows("select from private.slots where token = $1 for update", [works[0]?.token ?? ""]);
  const items = works.map(({ jobId, token }) => ({ job_id: jobId, token, output: { files: [] } }));
  const completed = start(a.call<{ verdict: string }>("worker.complete_many", { p_items: items }));
  await waits(referee, a, c);
  const deleted = start(endOf(deleteUser(b, ana)));
  await waits(referee, b, a);
  const before = await deadlocksOf(referee);
  await c.end("commit");
  assert.deepEqual((await completed).map(({ verdict }) => verdict), ["completed", "completed"]);
  assert.equal(await deleted, null);
  await a.close(); // which tells the server what it has counted
  assert.equal(await deadlocksOf(referee), before);
});
