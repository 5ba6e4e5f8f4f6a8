/** A session that keeps a snapshot open keeps old rows from being cleaned away: each job's verdicts name it, and what ends it. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { createLane, createRunningJob, createUser } from "./actors.ts";
import { races } from "./harness.ts";

const { race } = races();

race(
  "a snapshot that is held is the first verdict, with its holder and what ends it",
  async ({ b, referee, another }) => {
    const lane = await createLane(referee);
    const { jobId } = await createRunningJob(referee, lane, await createUser(referee));
    const first = () =>
      b.row("select code, level, subject, repair_sql from ops.diagnose($1) order by rank limit 1", [jobId]);
    const holder = await another("report of the month");
    await holder.rows("begin isolation level repeatable read");
    await holder.rows("select count(*) from public.jobs");
    assert.notEqual((await first()).code, "replication_or_snapshot_held", "it is held since just now");

    await b.rows("select set_config('esteira.now', (now() + interval '20 minutes')::text, false)");
    const { code, level, subject, repair_sql } = await first();
    assert.deepEqual([code, level], ["replication_or_snapshot_held", "warn"]);
    assert.match(String(subject), /^report of the month of postgres/);
    await b.rows(String(repair_sql));
    await eventually(async () => (await first()).code !== "replication_or_snapshot_held" || undefined);
  },
);
