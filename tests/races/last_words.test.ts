/** The stories of the contract in which two are at an attempt at once: each looks again under the attempt's lock. */
import assert from "node:assert/strict";
import {
  cancel,
  createJob,
  createLane,
  createRunningJob,
  createUser,
  type Lane,
  type Work,
} from "./actors.ts";
import { entriesOf, slotsOf } from "./facts.ts";
import { ENDINGS, races, refusalOf, type Session, start, waits } from "./harness.ts";

const { race } = races();

const of = ({ jobId, token }: Work) => ({ p_job_id: jobId, p_token: token });

/** Passes the checkpoint; returns whether the submit may begin. */
const passes = (session: Session, work: Work, resubmit = "reconcile_only") =>
  session.ask<boolean>("worker.checkpoint", {
    ...of(work),
    p_checkpoint: {},
    p_terms: { resubmit, can_stop: true },
  });

/** The provider says its final word; returns the verdict. */
async function hears(
  session: Session,
  lane: Lane,
  work: Work,
  word: "succeeded" | "failed",
): Promise<string> {
  const { verdict } = await session.ask<{ verdict: string }>("worker.webhook", {
    p_provider: lane.name,
    p_dedupe_key: `${work.jobId} ${word}`,
    ...of(work),
    p_verified_by: "token",
    p_headers: {},
    p_payload: { final: true },
    p_word: word,
    p_external_id: "task-1",
  });
  return verdict;
}

/** What became of a job and its price. */
const stateOf = async (session: Session, jobId: string) => {
  const { status, refund } = await session.row("select status, refund from public.jobs where id = $1", [
    jobId,
  ]);
  return `${status}, refund ${refund}`;
};

/** A lane and a job in it that somebody has passed the checkpoint for. */
async function submitting(session: Session): Promise<{ lane: Lane; ana: string; work: Work }> {
  const lane = await createLane(session);
  const ana = await createUser(session);
  const work = await createRunningJob(session, lane, ana);
  assert.equal(await passes(session, work), true);
  return { lane, ana, work };
}

for (const ending of ENDINGS) {
  const isDone = ending === "commit";

  race(
    `who is in doubt looks again when a webhook came in between (${ending})`,
    async ({ a, b, referee }) => {
      const { lane, work } = await submitting(referee);
      await a.begin();
      assert.equal(await hears(a, lane, work, "succeeded"), "accepted");
      const unknown = start(b.ask<string>("worker.submit_unknown", of(work)));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await unknown, isDone ? "known" : "failed");
      assert.equal(
        await stateOf(referee, work.jobId),
        isDone ? "processing, refund none" : "failed, refund paid",
      );
    },
  );

  race(
    `a cancel waits for the provider's word, and is refused by it (${ending})`,
    async ({ a, b, referee }) => {
      const { lane, work } = await submitting(referee);
      await a.begin();
      assert.equal(await hears(a, lane, work, "failed"), "accepted");
      const refused = start(refusalOf(cancel(b, work.jobId)));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await refused, isDone ? "409 job_finishing" : null);
      assert.equal(
        await stateOf(referee, work.jobId),
        isDone ? "processing, refund none" : "cancelled, refund due",
      );
    },
  );

  race(
    `the checkpoint waits for a cancel, and refuses the worker after it (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await a.begin();
      assert.equal((await cancel(a, work.jobId)).status, "cancelled");
      const may = start(passes(b, work));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await may, !isDone);
      const slots = await slotsOf(referee, lane);
      assert.deepEqual([slots.held, slots.free], isDone ? [0, 1] : [1, 0]);
      assert.equal(
        await stateOf(referee, work.jobId),
        isDone ? "cancelled, refund paid" : "processing, refund none",
      );
    },
  );

  race(`a cancel waits for the checkpoint, and then for the task (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const work = await createRunningJob(referee, lane, await createUser(referee));
    await createJob(referee, lane, await createUser(referee));
    await a.begin();
    assert.equal(await passes(a, work), true);
    const cancelled = start(cancel(b, work.jobId));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal((await cancelled).status, "cancelled");
    assert.equal(await stateOf(referee, work.jobId), `cancelled, refund ${isDone ? "due" : "paid"}`);
    const { token } = await referee.row("select token from private.slots where lane = $1", [lane.name]);
    assert.equal(token === work.token, isDone, "the slot is the next job's only if no task can exist");
  });

  race(`a task's end is told once, whoever else tells it (${ending})`, async ({ a, b, referee }) => {
    const { work } = await submitting(referee);
    await cancel(referee, work.jobId);
    await a.begin();
    const over = (session: Session, how: string) =>
      session.ask<boolean>("worker.task_over", { p_token: work.token, p_how: how });
    assert.equal(await over(a, "succeeded"), true);
    const again = start(over(b, "stopped"));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await again, !isDone);
    assert.equal(await stateOf(referee, work.jobId), `cancelled, refund ${isDone ? "withheld" : "paid"}`);
    assert.equal(await entriesOf(referee, work.jobId), isDone ? "charge -1" : "charge -1, refund 1");
  });

  race(
    `a task that is noted while its user is deleted is known to the outbox (${ending})`,
    async ({ a, b, referee }) => {
      const { ana, work } = await submitting(referee);
      await a.begin();
      await a.rows("delete from auth.users where id = $1", [ana]);
      const noted = start(
        b.ask<string>("worker.submitted", { ...of(work), p_external_id: "task-1", p_raw: { code: 0 } }),
      );
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await noted, isDone ? "cancelled" : "processing");
      const rows = await referee.rows("select external_id from private.cancels where token = $1", [
        work.token,
      ]);
      assert.deepEqual(rows.map((row) => row["external_id"]), isDone ? ["task-1"] : []);
    },
  );

  race(`a deadline that waits for the result does not end the job (${ending})`, async ({ a, b, referee }) => {
    const { work } = await submitting(referee);
    await referee.rows(
      "update public.jobs set deadline_at = clock_timestamp() - interval '1 second' where id = $1",
      [
        work.jobId,
      ],
    );
    await a.begin();
    const produced = await a.ask<string>("worker.produced", { ...of(work), p_outputs: [] });
    assert.equal(produced, "produced");
    const passed = start(b.ask<string>("worker.deadline_passed", { ...of(work), p_message: "Too late" }));
    await waits(referee, b, a);
    await a.end(ending);

    assert.equal(await passed, isDone ? "not_yet" : "failed");
  });

  race(
    `a refusal that waits for a second submit leaves the attempt in doubt (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      assert.equal(await passes(referee, work, "idempotent"), true);
      await referee.rows(
        "update public.job_attempts set submit_until = clock_timestamp() - interval '1 second' where token = $1",
        [work.token],
      );
      await a.begin();
      assert.equal(await passes(a, work, "idempotent"), true);
      const refused = start(b.ask<string>("worker.attempt_failed", {
        ...of(work),
        p_retry_class: "wait",
        p_error_code: "busy",
        p_error_message: "The provider is busy.",
        p_queue: lane.queue,
        p_msg_id: 0,
      }));
      await waits(referee, b, a);
      await a.end(ending);

      assert.equal(await refused, isDone ? "in_doubt" : "retried");
    },
  );
}
