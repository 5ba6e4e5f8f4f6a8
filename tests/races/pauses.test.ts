/** Accounts that a failure pauses while somebody changes them: whoever holds a job waits for no account. */
import assert from "node:assert/strict";
import {
  attemptFailed,
  cancel,
  createLane,
  createRunningJob,
  createSubmittedJob,
  createUser,
  jobOf,
  type Lane,
} from "./actors.ts";
import { driftOf } from "./endings.ts";
import { ENDINGS, races, type Session, skips, start, waits } from "./harness.ts";

const { race } = races();

/** Why an account is paused; null: it is not. */
async function pauseOf(session: Session, { accountId }: Lane): Promise<string | null> {
  const { reason } = await session.row<{ reason: string | null }>(
    `select case when paused_until > private.now() then pause_reason end as reason
     from private.accounts where account_id = $1`,
    [accountId],
  );
  return reason;
}

/** Who changes accounts. */
const CHANGES: Readonly<Record<string, (session: Session, lane: Lane) => Promise<unknown>>> = {
  resumed: (session, { accountId }) => session.call("ops.resume_account", { p_account_id: accountId }),
  edited: (session, { accountId }) =>
    session.rows("update private.accounts set settings = '{}' where account_id = $1", [accountId]),
};

for (const ending of ENDINGS) {
  for (const [what, change] of Object.entries(CHANGES)) {
    race(
      `a failure does not wait for its account, which is just being ${what}; the next one pauses it (${ending})`,
      async (track) => {
        const { a, b, referee } = track;
        const lane = await createLane(referee, { capacity: 2 });
        const ana = await createUser(referee);
        const work = await createSubmittedJob(referee, lane, ana);
        const next = await createSubmittedJob(referee, lane, ana);
        await a.begin();
        await change(a, lane);
        // What holds the account would be waited for after the job was locked: against the order of locks.
        await a.rows("select from private.accounts where account_id = $1 for update", [lane.accountId]);
        assert.equal(await skips(referee, b, attemptFailed(b, work, "pause")), "retried");
        await a.end(ending);
        assert.equal(await pauseOf(referee, lane), null);

        assert.equal(await attemptFailed(b, next, "pause"), "retried");
        assert.match(await pauseOf(referee, lane) ?? "", /out_of_luck/);
        assert.deepEqual(await driftOf(referee, work.jobId), []);
      },
    );
  }

  race(`two failures pause one account: the later one waits for nobody (${ending})`, async (track) => {
    const { a, b, referee } = track;
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee);
    const works = [
      await createSubmittedJob(referee, lane, ana),
      await createSubmittedJob(referee, lane, ana),
    ];
    const [one, other] = works;
    assert(one && other);
    await a.begin();
    assert.equal(await attemptFailed(a, one, "pause"), "retried");
    assert.equal(await skips(referee, b, attemptFailed(b, other, "pause")), "retried");
    await a.end(ending);
    assert.equal(await pauseOf(referee, lane) === null, ending === "rollback");
    for (const { jobId } of works) assert.deepEqual(await driftOf(referee, jobId), []);
  });

  race(
    `an account is removed while the failure of a job pauses it, in whichever order (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const lane = await createLane(referee);
      const work = await createRunningJob(referee, lane, await createUser(referee));
      await a.begin();
      await a.rows("select from private.accounts where account_id = $1 for update", [lane.accountId]);
      await b.begin();
      assert.equal(await skips(referee, b, attemptFailed(b, work, "pause")), "retried");
      // The account is held by A, the job by B: whoever removes the account goes on as soon as the job is free.
      const removed = start(a.call("ops.remove_account", { p_account_id: lane.accountId }));
      await waits(referee, a, b);
      await b.end(ending);
      await removed;
      await a.end("commit");
      assert.equal((await jobOf(referee, work.jobId)).status, "pending");
      assert.equal((await cancel(referee, work.jobId)).status, "cancelled");
      assert.deepEqual(await driftOf(referee, work.jobId), []);
    },
  );
}
