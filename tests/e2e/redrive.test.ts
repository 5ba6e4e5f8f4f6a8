/**
 * A redrive of many jobs while everything that works on them is killed: functions, the database's own sessions, the
 * database. ESTEIRA_BIG=1: of 5,000 jobs (`npm run test:long`), else of 150.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { eventually } from "@esteira/local-supabase/testing";
import { type Environment, startEnvironment } from "../world/environment.ts";

const JOBS = Deno.env.get("ESTEIRA_BIG") ? 5_000 : 150;

// `supabase start` is not ours to break.
const ignore = Deno.env.get("ESTEIRA_STACK") === "supabase";

interface Run {
  run_id: string;
  state: string;
  items: number;
  done: number;
  skipped: number;
  failed: number;
}

/** SQL that is asked again while the database is away. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  return await eventually(() => ask().then((value) => ({ value }), () => undefined), {
    what: "the database to answer",
    timeoutMs: 60_000,
  }).then(({ value }) => value);
}

const runOf = ({ sql }: Environment, runId: string): Promise<Run> =>
  patiently(async () => {
    const [run] = await sql<Run[]>`
      select run_id, state, items, done, skipped, failed from ops.bulk_runs where run_id = ${runId}`;
    return run ?? assert.fail("the run is gone");
  });

/** Jobs that have failed, of five users who can pay for them all. */
async function letFail({ sql, signUp }: Environment, count: number): Promise<void> {
  await sql`update private.lanes set max_waiting_per_user = null where lane = 'kie'`;
  await sql`select ops.set_limit('creates_a_minute_by_server', null)`;
  for (let i = 0; i < 5; i++) {
    const { userId } = await signUp(count);
    await sql`
      insert into public.jobs (user_id, tool, lane, ticket, status, current_step, completed_at, failed_at_step,
        error_code, error_message, input)
      select ${userId}, 'image', 'kie', n, 'failed', 'failed', now() + n * interval '1 millisecond', 'running',
        'provider_down', 'It was down.', '{"prompt": "a kite"}'
      from generate_series(1, ${count / 5}::integer) n`;
  }
}

/** Works on a run in a session of its own, which dies in the middle of it. */
async function workAndDie({ deployment, sql }: Environment, runId: string): Promise<void> {
  const worker = postgres(deployment.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const [session] = await worker<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const working = worker`select ops.work_run(${runId})`.then(() => "ended", () => "died");
    await sql`select pg_terminate_backend(${session?.pid ?? 0})`;
    await working;
  } finally {
    await worker.end({ timeout: 1 }).catch(() => {});
  }
}

Deno.test({ name: `a redrive of ${JOBS} jobs goes on whatever dies`, ignore }, async (t) => {
  const environment = await startEnvironment({ durable: true });
  const { sql, deployment } = environment;
  const { faults } = deployment;
  assert.ok(faults);
  try {
    await letFail(environment, JOBS);
    const [asked] = await sql<{ run: Run }[]>`
      select ops.act('redrive', '{"error_code": "provider_down"}', false, 'KIE is back') as run`;
    const runId = asked?.run.run_id ?? "";
    assert.equal(asked?.run.items, JOBS);
    const reaches = async (share: number, each: (run: Run) => Promise<unknown>) => {
      for (
        let run = await runOf(environment, runId);
        run.done < share * JOBS;
        run = await runOf(environment, runId)
      ) {
        assert.equal(run.state, "running");
        await each(run);
      }
    };
    /** Kills the functions, if they live just now. */
    const kill = async () => {
      const health = await fetch(`${deployment.apiUrl}/functions/v1/health`).catch(() => undefined);
      await health?.body?.cancel();
      if (health?.ok) faults.killFunctions();
    };
    /** As the schedule does it, without waiting for its time. */
    const work = () => sql`select ops.work_run(${runId})`.catch(() => {});

    await t.step("its workers die, the functions that do the jobs too", async () => {
      let deaths = 0;
      await reaches(0.4, async () => {
        if (deaths++ < 10) await workAndDie(environment, runId);
        await kill();
        await work();
      });
    });

    await t.step("the database crashes", async () => {
      const before = await runOf(environment, runId);
      await faults.crashDatabase();
      const after = await runOf(environment, runId);
      assert.ok(after.done >= before.done, "what was committed is still done");
      await reaches(0.6, work);
    });

    await t.step("it is aborted, and nothing more is done; then it is resumed", async () => {
      await sql`select ops.abort_run(${runId}, 'Wait')`;
      const { done, state } = await runOf(environment, runId);
      assert.equal(state, "aborted");
      await work();
      await sql`select private.work_runs()`;
      assert.equal((await runOf(environment, runId)).done, done);
      await sql`select ops.resume_run(${runId}, 'Go on')`;
      await reaches(1, async () => {
        await work();
        await kill();
      });
    });

    await t.step("each was done again once, and paid for once", async () => {
      assert.deepEqual(await runOf(environment, runId), {
        run_id: runId,
        state: "done",
        items: JOBS,
        done: JOBS,
        skipped: 0,
        failed: 0,
      });
      const [counts] = await sql`
        select count(*)::integer as letters, count(again.id)::integer as again, count(entry.entry_id)::integer as paid
        from public.jobs j left join public.jobs again on again.retried_from = j.id
        left join public.credit_entries entry on entry.job_id = again.id and entry.kind = 'charge'
        where j.error_code = 'provider_down'`;
      assert.deepEqual({ ...counts }, { letters: JOBS, again: JOBS, paid: JOBS });
      assert.deepEqual(await sql`select * from ops.credit_drift()`.then((rows) => [...rows]), []);
    });

    await t.step("the audit tells all of it", async () => {
      const told = await sql`select action, reason from ops.audit where run_id = ${runId} order by audit_id`;
      assert.deepEqual(told.map(({ action, reason }) => [action, reason]), [
        ["redrive", "KIE is back"],
        ["abort", "Wait"],
        ["resume", "Go on"],
        ["redrive ended", "KIE is back"],
      ]);
    });
  } finally {
    await environment.close();
  }
});
