import assert from "node:assert/strict";
import { cancel, createJob, createLane, createRunningJob, createUser, jobOf } from "./actors.ts";
import { holdersOf } from "./facts.ts";
import { ENDINGS, races, start, waits } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  race(`an account is removed while a job of it is cancelled (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    const first = await createRunningJob(referee, lane, ana);
    const next = await createJob(referee, lane, ana);
    await a.begin();
    await a.rows("select from public.jobs where id = $1 for update", [first.jobId]);
    const removed = start(b.ask<number>("ops.remove_account", { p_account_id: lane.accountId }));
    await waits(referee, b, a);
    await cancel(a, first.jobId); // which wants the slot
    await a.end(ending);

    assert.equal(await removed, 0);
    assert.equal((await jobOf(referee, first.jobId)).status, ending === "commit" ? "cancelled" : "pending");
    assert.equal((await jobOf(referee, next.id)).status, "pending");
    assert.deepEqual(await holdersOf(referee, lane), []);
  });
}
