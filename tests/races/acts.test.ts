/** Acts of operators beside everybody else: a batch has the locks of many jobs, so it waits for none of them. */
import assert from "node:assert/strict";
import {
  createJob,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  createWaitingJobs,
  jobOf,
  type Lane,
  setCapacity,
} from "./actors.ts";
import { deleteUser, driftOf } from "./endings.ts";
import { slotsOf } from "./facts.ts";
import { ENDINGS, races, refusalOf, type Session, skips, start, waits, waitsOrEnds } from "./harness.ts";

const { race } = races();

/** What ops.act and those that control runs return, as far as the races look at it. */
interface Result {
  run_id: string;
  state: string;
  done: number;
  skipped_in_run: number;
  to_do: number;
  codes: Record<string, number>;
}

const act = (session: Session, action: string, filter: Record<string, unknown>): Promise<Result> =>
  session.ask("ops.act", { p_action: action, p_filter: filter, p_dry_run: false, p_reason: "for a race" });

const workOn = (session: Session, { run_id }: { run_id: string }): Promise<Result> =>
  session.ask("ops.work_run", { p_run_id: run_id });

/** A run that is only begun, as of more jobs than are done at once. */
const beginRun = async (session: Session, jobIds: string[]): Promise<{ run_id: string }> => ({
  run_id: await session.ask("private.begin_run", {
    p_action: "redrive",
    p_filter: { job_ids: jobIds },
    p_reason: "for a race",
    p_job_ids: `{${jobIds.join()}}`,
  }),
});

/** Does up to so many jobs of a run; returns how many it did. */
const batch = (session: Session, { run_id }: { run_id: string }, size: number): Promise<number> =>
  session.ask("private.work_run", { p_run_id: run_id, p_until: "2999-01-01T00:00:00Z", p_qty: size });

/** Puts a run's jobs that were put off where their turn is now. */
const letTimePass = (session: Session, { run_id }: Result) =>
  session.rows("update private.bulk_items set next_at = null where run_id = $1 and outcome is null", [
    run_id,
  ]);

async function failedJobs(session: Session, lane: Lane, userIds: string[]): Promise<string[]> {
  const jobs = await createWaitingJobs(session, lane, userIds);
  for (const { id } of jobs) {
    await session.rows(
      `select private.fail_job(j, 'queued', 'out_of_luck', 'It did not work.', private.now())
       from public.jobs j where id = $1`,
      [id],
    );
  }
  return jobs.map(({ id }) => id);
}

const retriesOf = async (session: Session, jobIds: string[]): Promise<number> =>
  (await session.rows("select from public.jobs where to_jsonb(retried_from) <@ $1::jsonb", [jobIds])).length;

/** What somebody else is doing with one of the jobs, and what then becomes of it in the run. */
const OTHERS: Readonly<
  Record<
    string,
    { hold: (session: Session, jobId: string, userId: string) => Promise<unknown>; code: string }
  >
> = {
  "does it again": {
    hold: (session, jobId) => session.call("public.retry_job", { p_job_id: jobId }),
    code: "already_retried",
  },
  "deletes its user": { hold: (session, _, userId) => deleteUser(session, userId), code: "not_found" },
  "deletes it": {
    hold: (session, jobId) => session.rows("delete from public.jobs where id = $1", [jobId]),
    code: "not_found",
  },
};

for (const [what, { hold, code }] of Object.entries(OTHERS)) {
  for (const ending of ENDINGS) {
    race(`a redrive passes over a job while somebody ${what} (${ending})`, async ({ a, b, referee }) => {
      const lane = await createLane(referee, { capacity: 0 });
      const [ana, bo] = [await createUser(referee), await createUser(referee)];
      const jobIds = await failedJobs(referee, lane, [ana, bo]);
      await a.begin();
      await hold(a, jobIds[0] ?? "", ana);
      const began = await skips(referee, b, act(b, "redrive", { job_ids: jobIds }));
      assert.deepEqual([began.state, began.done, began.to_do], ["running", 1, 1]);
      assert.deepEqual(began.codes, { busy: 1 });
      await a.end(ending);
      await letTimePass(referee, began);
      const ended = await workOn(b, began);
      assert.equal(ended.state, "done");
      if (ending === "rollback") {
        assert.equal(ended.done, 2);
        assert.equal(await retriesOf(referee, jobIds), 2);
      } else {
        assert.deepEqual(ended.codes, { [code]: 1 });
      }
      assert.deepEqual(await driftOf(referee, ...jobIds), []);
    });
  }
}

race(
  "a redrive passes over a user who is just creating a job, and a create waits for a redrive",
  async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 0 });
    const ana = await createUser(referee);
    const jobIds = await failedJobs(referee, lane, [ana]);
    await a.begin();
    await createJob(a, lane, ana);
    const began = await skips(referee, b, act(b, "redrive", { job_ids: jobIds }));
    assert.deepEqual(began.codes, { busy: 1 });
    await a.end("commit");
    await letTimePass(referee, began);
    await b.begin();
    assert.equal((await workOn(b, began)).done, 1);
    const created = start(createJob(a, lane, ana));
    await waits(referee, a, b);
    await b.end("commit");
    await created;
  },
);

for (const ending of ENDINGS) {
  race(
    `of two who work on a run the second finds nothing to do; what is not committed is done again (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const lane = await createLane(referee, { capacity: 0 });
      const jobIds = await failedJobs(referee, lane, [await createUser(referee), await createUser(referee)]);
      const began = await beginRun(referee, jobIds);
      await a.begin();
      assert.ok(await batch(a, began, 1) > 0);
      assert.equal((await skips(referee, b, workOn(b, began))).done, 0);
      await a.end(ending);
      let state = await workOn(b, began);
      while (state.state === "running") state = await workOn(b, began);
      assert.equal(state.done, 2);
      assert.equal(await retriesOf(referee, jobIds), 2);
    },
  );
}

race("an abort waits for the batch under way, and holds from then on", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 0 });
  const jobIds = await failedJobs(referee, lane, [await createUser(referee), await createUser(referee)]);
  const began = await beginRun(referee, jobIds);
  await a.begin();
  const done = await batch(a, began, 1);
  const aborted = start(b.ask<Result>("ops.abort_run", { p_run_id: began.run_id }));
  await waits(referee, b, a);
  await a.end("commit");
  assert.deepEqual([(await aborted).state, (await aborted).done], ["aborted", done]);
  assert.equal((await workOn(a, began)).done, done);
  assert.equal(
    await refusalOf(a.call("ops.abort_run", { p_run_id: began.run_id })),
    "409 run_aborted",
  );
  await b.call("ops.resume_run", { p_run_id: began.run_id });
  let state = await workOn(b, began);
  while (state.state === "running") state = await workOn(b, began);
  assert.equal(state.done, 2);
});

race("a cancel of all that runs and a change of their account's capacity both end well", async (track) => {
  const { a, b, referee } = track;
  const lane = await createLane(referee, { capacity: 3 });
  const works = [];
  for (let i = 0; i < 3; i++) works.push(await createSubmittedJob(referee, lane, await createUser(referee)));
  // set_capacity locks the slots one after the other: A stands where it has the first.
  await a.begin();
  await a.rows("select from private.slots where lane = $1 order by slot_id limit 1 for update", [lane.name]);
  const cancelled = start(act(b, "cancel", { lane: lane.name }));
  await waitsOrEnds(referee, b, cancelled);
  await setCapacity(a, lane.accountId, 1);
  await a.end("commit");
  const began = await cancelled;
  await letTimePass(referee, began);
  if (began.state === "running") await workOn(referee, began);
  for (const { jobId } of works) assert.equal((await jobOf(referee, jobId)).status, "cancelled");
  assert.deepEqual(await driftOf(referee, ...works.map(({ jobId }) => jobId)), []);
});

race("acts of two operators on the same jobs both end well", async ({ a, b, referee }) => {
  const lane = await createLane(referee, { capacity: 2 });
  const users = [await createUser(referee), await createUser(referee)];
  const works = [];
  for (const user of users) works.push(await createRunningJob(referee, lane, user));
  const jobIds = works.map(({ jobId }) => jobId);
  await a.begin();
  await act(a, "cancel", { job_ids: [jobIds[1]] });
  const began = await skips(referee, b, act(b, "cancel", { job_ids: [...jobIds].reverse() }));
  assert.equal(began.done, 1);
  await a.end("commit");
  await letTimePass(referee, began);
  assert.deepEqual((await workOn(b, began)).codes, { already_ended: 1 });
  assert.deepEqual(await slotsOf(referee, lane), { held: 0, free: 2, retiring: 0 });
});
