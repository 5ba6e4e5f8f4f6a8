import assert from "node:assert/strict";
import {
  cancel,
  claim,
  complete,
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  type Lane,
} from "./actors.ts";
import { jobsIn } from "./facts.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  race(
    `two looks at the rules at once open one alert, whether the first ends in ${ending}`,
    async ({ a, b, referee }) => {
      await referee.rows("delete from ops.alert_rules");
      await referee.rows(`
      insert into ops.alert_rules (name, count_name, look_back, threshold)
      values ('a lane is paused', 'lanes paused', '1 minute', 1)`);
      await referee.rows("select ops.pause_lane('publication', 'a test')");

      await a.begin();
      await a.rows("select private.alerts_tick()");
      const second = start(b.rows("select private.alerts_tick() ->> 'opened' as opened"));
      await waits(referee, b, a);
      await a.end(ending);
      assert.deepEqual([...await second], [{ opened: ending === "commit" ? "0" : "1" }]);
      assert.deepEqual([...await referee.rows("select rule from ops.alerts where closed_at is null")], [
        { rule: "a lane is paused" },
      ]);
    },
  );
}

race("a sweep waits for no lane, job or slot that others have locked", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 1 });
  await createWaitingJobs(referee, lane, [await createUser(referee)]);
  await a.begin();
  await a.rows("select from private.lanes for no key update");
  await a.rows("select from public.jobs for update");
  await a.rows("select from private.slots for update");
  await skips(referee, b, b.rows("select private.sweep()"));
  await a.end("commit");
  await referee.rows("select private.sweep()");
  assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
});

/** Ana's jobs in every state that a part looks for, long ago; where `times` are due, all of them are. */
async function jobsForEveryPart(referee: Session): Promise<Lane> {
  const lane = await createLane(referee, { capacity: 6 });
  const pull = await createLane(referee, { capacity: 1, limits: { delivery: "pull" } });
  const ana = await createUser(referee);
  await createSubmittedJob(referee, lane, ana); // overdue
  await createRunningJob(referee, lane, ana); // its message lost
  const [copied, again] = [
    await createSubmittedJob(referee, lane, ana),
    await createSubmittedJob(referee, lane, ana),
  ];
  for (const { jobId } of [copied, again]) {
    await referee.rows(
      `select worker.produced(a.job_id, a.token, '[{"url": "https://provider.test/a.png"}]')
       from public.job_attempts a where a.job_id = $1`,
      [jobId],
    );
  }
  await cancel(referee, (await createSubmittedJob(referee, lane, ana)).jobId);
  await createJob(referee, pull, ana);
  await claim(referee, pull);
  await createWaitingJobs(referee, await createLane(referee, { capacity: 0 }), [ana]);
  await referee.rows(`
    update public.jobs set deadline_at = deadline_at - interval '5 hours', expires_at = expires_at - interval '2 days',
      start_by = start_by - interval '2 days' where status in ('pending', 'processing')`);
  await referee.rows(`
    update public.job_attempts set started_at = started_at - interval '5 hours', word_at = word_at - interval '25 hours',
      submitted_at = submitted_at - interval '5 hours', submitted_first_at = submitted_first_at - interval '5 hours',
      leased_until = leased_until - interval '5 hours'`);
  await referee.rows("update private.cancels set ends_at = ends_at - interval '5 hours'");
  return lane;
}

race("no part waits for what others have locked, whatever it is", async ({ a, b, referee }) => {
  const lane = await jobsForEveryPart(referee);
  await referee.rows(
    "select private.run(schedule) from (select distinct schedule from private.parts()) schedules",
  );
  await jobsForEveryPart(referee);
  await referee.rows("delete from pgmq.q_settle_queue where true"); // so that some are to be asked after
  await a.begin();
  for (
    const table of [
      "private.lanes",
      "public.jobs",
      "private.slots",
      "public.job_attempts",
      "private.cancels",
      "public.credit_accounts",
      "private.heartbeats",
      "private.throttles",
    ]
  ) {
    await a.rows(`select from ${table} for update`);
  }
  const parts = await referee.rows<{ part: string }>("select part from private.parts()");
  for (const { part } of parts) {
    await skips(referee, b, b.rows("select private.run_part($1)", [part]));
  }
  assert.deepEqual([...await referee.rows("select part, lane, error from private.faults")], []);
  await a.end("commit");
  await referee.rows("select worker.reap()");
  assert.equal((await jobsIn(referee, lane, "processing")).length, 0);
});

for (const ending of ENDINGS) {
  race(
    `an operator's refund waits for a result that is just coming in (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await referee.rows("select private.set_aside('esteira-overdue', $1, 'P0001', 'for a race')", [
        work.jobId,
      ]);
      await a.begin();
      assert.equal(await complete(a, work), "completed");
      const refunded = start(b.ask<string>("ops.refund", { p_job_id: work.jobId }));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await refunded, ending === "commit" ? "none" : "paid");
      assert.equal((await jobsIn(referee, lane, ending === "commit" ? "completed" : "failed")).length, 1);
    },
  );
}

race("whoever tells of a fault waits for nobody who tells of the same", async ({ a, b, referee }) => {
  const tell = (session: Session) =>
    session.rows("select private.note_fault('a part', 'a lane', 'P0001', 'no')");
  await a.begin();
  await tell(a);
  await skips(referee, b, tell(b));
  await a.end("commit");
  await tell(b);
  const [fault] = await referee.rows("select times::integer from private.faults where part = 'a part'");
  assert.deepEqual({ ...fault }, { times: 2 });
  await referee.rows("delete from private.faults where part = 'a part'");
});

race("results whose time is over wait for nobody who has their job", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 2 });
  const ana = await createUser(referee);
  const ids: string[] = [];
  for (let n = 0; n < 2; n++) {
    const { jobId } = await createRunningJob(referee, lane, ana);
    await referee.rows(
      `update public.jobs set status = 'completed', current_step = 'completed', output = '{"files": []}', output_bytes = 9,
         completed_at = now() where id = $1`,
      [jobId],
    );
    ids.push(jobId);
  }
  await referee.rows("select ops.set_retention($1, null, '1 microsecond', null, null)", [lane.name]);
  await referee.rows("delete from private.sweeps");
  await a.begin();
  await a.rows("select from public.jobs where id = $1 for update", [ids[0] ?? ""]);
  const [{ count } = { count: 0 }] = await skips(
    referee,
    b,
    b.rows<{ count: number }>("select private.expire_outputs(10000) as count"),
  );
  assert.equal(count, 1);
  await a.end("commit");
  assert.equal(await b.ask("private.expire_outputs", { p_qty: 10000 }), 1);
});

/** What holds each of a job's rows that accepting an older success locks: the open attempt, and its slot. */
for (const held of ["public.job_attempts where outcome is null", "private.slots where token is not null"]) {
  race(
    `giving up a copy does not wait for another attempt of the job: ${held}`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee, { capacity: 1 });
      const work = await createRunningJob(referee, lane, await createUser(referee));
      // An older attempt has succeeded, and the last one goes on.
      await referee.rows(
        `with old as (
         update public.job_attempts set attempt = 2 where job_id = $1 returning *
       )
       insert into public.job_attempts (job_id, attempt, user_id, account_id, started_at, submits, submitted_first_at,
         submit_until, word, word_at, phase, outcome, finished_at)
       select job_id, 1, user_id, account_id, started_at, 1, started_at, started_at, 'succeeded',
         clock_timestamp() - interval '25 hours', 'finished', 'superseded', clock_timestamp() from old`,
        [work.jobId],
      );
      await referee.rows("update public.jobs set attempt = 2 where id = $1", [work.jobId]);
      await a.begin();
      await a.rows(`select from ${held} and job_id = $1 for update`, [work.jobId]);
      await skips(referee, b, b.rows("select private.run_part('esteira-copies')"));
      assert.deepEqual([...await referee.rows("select error from private.faults")], []);
      await a.end("commit");
      await referee.rows("select private.run_part('esteira-copies')");
      assert.equal((await jobsIn(referee, lane, "failed")).length, 1);
    },
  );
}
