import assert from "node:assert/strict";
import { attemptFailed, createJob, createLane, createSubmittedJob, createUser } from "./actors.ts";
import { balanceOf, entriesOf, jobsIn, stepsOf } from "./facts.ts";
import { ENDINGS, races, refusalOf, start, waits } from "./harness.ts";

const { race } = races();

for (const ending of ENDINGS) {
  race(
    `two creates with one idempotency key make one job, charged once (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee, 5);
      await a.begin();
      const first = await createJob(a, lane, ana, { key: "same" });
      const second = start(createJob(b, lane, ana, { key: "same" }));
      await waits(referee, b, a);
      await a.end(ending);

      const job = await second;
      assert.equal(job.id === first.id, ending === "commit");
      assert.deepEqual(await jobsIn(referee, lane, "processing"), [job.id]);
      assert.equal(await entriesOf(referee, job.id), "charge -1");
      assert.equal(await balanceOf(referee, ana), 4);
      assert.deepEqual(await stepsOf(referee, job.id), [
        "insert",
        "credits",
        "queue_check",
        "queued",
        "starting",
      ]);
    },
  );

  race(
    `two creates with one key and different priorities are one job, and a conflict with it (${ending})`,
    async ({ a, b, referee }) => {
      const lane = await createLane(referee);
      const ana = await createUser(referee, 5);
      await a.begin();
      await createJob(a, lane, ana, { key: "same", priority: 0 });
      const second = start(refusalOf(createJob(b, lane, ana, { key: "same", priority: 1 })));
      await waits(referee, b, a);
      await a.end(ending);
      assert.equal(await second, ending === "commit" ? "409 idempotency_conflict" : null);
      assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
      assert.equal(await balanceOf(referee, ana), 4);
    },
  );

  race(`a last credit pays for one of two jobs (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee, 1);
    await a.begin();
    await createJob(a, lane, ana);
    const second = start(refusalOf(createJob(b, lane, ana)));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, ending === "commit" ? "402 insufficient_credits" : null);
    assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
    assert.equal(await balanceOf(referee, ana), 0);
  });

  race(`max_waiting_per_user = 1 holds under two creates (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 0, limits: { max_waiting_per_user: 1 } });
    const ana = await createUser(referee, 5);
    await a.begin();
    await createJob(a, lane, ana);
    const second = start(refusalOf(createJob(b, lane, ana)));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, ending === "commit" ? "429 too_many_waiting" : null);
    assert.equal((await jobsIn(referee, lane, "pending")).length, 1);
    assert.equal(await balanceOf(referee, ana), 4);
  });

  race(`room for one result is given to one of two creates (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee, { capacity: 2 });
    const ana = await createUser(referee, 5);
    await referee.rows(
      "select ops.set_storage_limit($1, max_output_bytes) from public.tools where tool = $2",
      [ana, lane.name],
    );
    await a.begin();
    await createJob(a, lane, ana);
    const second = start(refusalOf(createJob(b, lane, ana)));
    await waits(referee, b, a);
    await a.end(ending);
    assert.equal(await second, ending === "commit" ? "413 storage_full" : null);
    assert.equal((await jobsIn(referee, lane, "processing")).length, 1);
    assert.equal(await balanceOf(referee, ana), 4);
  });
  race(`a batch tells of the balance that its ledger has (${ending})`, async ({ a, b, referee }) => {
    const lane = await createLane(referee);
    const ana = await createUser(referee, 5);
    await a.begin();
    await a.call("ops.grant_credits", { p_user_id: ana, p_amount: 10, p_note: "for a race" });
    const jobs = Array(2).fill({ tool: lane.name, input: {} });
    const created = start(b.call("public.create_jobs", { p_user_id: ana, p_jobs: jobs }));
    await waits(referee, b, a);
    await a.end(ending);
    await created;
    const told = await referee.rows<{ told: string; left: string }>(
      `select jsonb_path_query_first(j.step_history, '$[*] ? (@.step == "credits").newBalance')::text as told,
         e.balance_after::text as left
       from public.jobs j join public.credit_entries e on e.job_id = j.id where j.user_id = $1 order by e.entry_id`,
      [ana],
    );
    const balances = ending === "commit" ? ["14", "13"] : ["4", "3"];
    assert.deepEqual([...told], balances.map((balance) => ({ told: balance, left: balance })));
  });

  race(
    `a refund that is just being counted keeps no create waiting but its own (${ending})`,
    async (track) => {
      const { a, b, referee } = track;
      const lane = await createLane(referee, { limits: { max_refunds_per_user: 1 } });
      const ana = await createUser(referee, 5);
      const work = await createSubmittedJob(referee, lane, ana);
      await a.begin();
      assert.equal(await attemptFailed(a, work, "never"), "failed");
      // The create looks at the refunds before the credits: this one was let in when none had been counted.
      const first = start(refusalOf(createJob(b, lane, ana)));
      await waits(referee, b, a);
      const c = await track.another("C");
      const second = start(refusalOf(createJob(c, lane, ana)));
      await waits(referee, c, b);
      await a.end(ending);
      assert.equal(await first, null);
      assert.equal(await second, ending === "commit" ? "429 too_many_refunds" : null);
      assert.equal(await balanceOf(referee, ana), ending === "commit" ? 4 : 2);
    },
  );
}
