import assert from "node:assert/strict";
import postgres from "postgres";
import { eventually, withPlatform } from "../testing.ts";
import { startCron } from "./cron.ts";
import { crash, using, withExtensions } from "./background_fixture.ts";

/** A clock that stands until it is moved. */
class TestClock {
  #time = Date.parse("2030-01-01T12:00:00Z");
  readonly now = () => this.#time;

  /** Moves the clock by a second and lets the scheduler see it. */
  async tick(sql: postgres.Sql): Promise<void> {
    this.#time += 1000;
    await sql`select pg_notify('pg_cron_changed', '')`;
  }
}

/** Lets seconds pass until a run of `jobname` has ended; returns its row. */
async function runOf(sql: postgres.Sql, clock: TestClock, jobname: string): Promise<postgres.Row> {
  return await eventually(async () => {
    const [row] = await sql`
      select d.* from cron.job_run_details as d join cron.job using (jobid)
      where jobname = ${jobname} and d.end_time is not null order by d.runid limit 1`;
    if (!row) await clock.tick(sql);
    return row;
  }, { what: `a run of ${jobname}` });
}

/** Lets seconds pass until a run has begun. */
async function runBegun(sql: postgres.Sql, clock: TestClock): Promise<void> {
  await eventually(async () => {
    const { count } = await sql`select from cron.job_run_details where status = 'running'`;
    if (!count) await clock.tick(sql);
    return count || undefined;
  }, { what: "a running job" });
}

Deno.test("jobs run as their role, and each run is recorded with what came of it", async () => {
  const clock = new TestClock();
  await withExtensions((sql, cluster) =>
    using(startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now }), async () => {
      await sql`create table public.seen (who text)`;
      const commands: [name: string, command: string, status: string, message: string][] = [
        ["rows", "select 1 union select 2", "succeeded", "2 rows"],
        ["tag", "insert into public.seen select session_user", "succeeded", "INSERT 0 1"],
        ["several", "create table public.a (); create table public.b ()", "succeeded", "CREATE TABLE"],
        ["block", "do $$ begin perform 1; end $$", "succeeded", "DO"],
        ["error", "select 1 / 0", "failed", "ERROR:  division by zero\n"],
        ["detail", "do $$ begin raise 'm' using detail = 'd', hint = 'h'; end $$", "failed", "see below"],
      ];
      for (const [name, command] of commands) {
        await sql`select cron.schedule(${name}, '1 second', ${command})`;
      }
      for (const [name, command, status, message] of commands) {
        const run = await runOf(sql, clock, name);
        assert.equal(run.status, status, name);
        if (name !== "detail") assert.equal(run.return_message, message);
        assert.equal(run.command, command);
        assert.equal(run.username, "postgres");
        assert.equal(run.database, "postgres");
        assert(run.job_pid > 0 && run.start_time <= run.end_time);
      }
      assert.equal(
        (await runOf(sql, clock, "detail")).return_message,
        "ERROR:  m\nDETAIL:  d\nHINT:  h\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE\n",
      );
      const [seen] = await sql`select who from public.seen limit 1`;
      assert.equal(seen?.who, "postgres");
    })
  );
});

Deno.test("a job of a role that cannot log in fails, and the others go on", async () => {
  const clock = new TestClock();
  await withExtensions(async (sql, cluster) => {
    await sql`select cron.schedule('fine', '1 second', 'select 1'), cron.schedule('nobody', '1 second', 'select 1')`;
    const admin = postgres(cluster.url("supabase_admin"), { max: 1 });
    await admin`update cron.job set username = 'anon' where jobname = 'nobody'`;
    await using(startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now }), async () => {
      assert.equal((await runOf(sql, clock, "fine")).status, "succeeded");
      assert.equal((await runOf(admin, clock, "nobody")).return_message, "connection failed");
    });
    await admin.end();
  });
});

Deno.test("a minute job runs when the minute turns, by a clock that goes by itself", async () => {
  await withExtensions(async (sql, cluster) => {
    await sql`select cron.schedule('noon', '0 12 * * *', 'select 1')`;
    const started = performance.now();
    const beforeNoon = Date.parse("2030-01-01T11:59:59.800Z");
    const now = () => beforeNoon + performance.now() - started;
    await using(startCron({ databaseUrl: cluster.url("supabase_admin"), now }), async () => {
      await eventually(async () => (await sql`select from cron.job_run_details`).count || undefined);
      assert(performance.now() - started >= 200);
    });
  });
});

Deno.test("a long run is not joined by a second one, and unscheduling ends the series", async () => {
  const clock = new TestClock();
  await withExtensions((sql, cluster) =>
    using(startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now }), async () => {
      await sql`create table public.gate ()`;
      await sql.begin(async (tx) => {
        await tx`lock public.gate`;
        await sql`select cron.schedule('long', '1 second', 'select from public.gate')`;
        await runBegun(sql, clock);
        // Another job starts meanwhile and again: the scheduler is at work.
        await sql`select cron.schedule('short', '1 second', 'select 1')`;
        await runOf(sql, clock, "short");
        assert.equal((await sql`select from cron.job_run_details where command like '%gate%'`).count, 1);
      });
      assert.equal((await runOf(sql, clock, "long")).status, "succeeded");
      await sql`select cron.unschedule('long'), cron.unschedule('short')`;
      assert.equal((await sql`select from cron.job`).count, 0);
    })
  );
});

Deno.test("closing cancels a running job instead of waiting for it", async () => {
  const clock = new TestClock();
  await withExtensions(async (sql, cluster) => {
    await sql`select cron.schedule('sleeper', '1 second', 'select pg_sleep(600)')`;
    const scheduler = await startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now });
    await runBegun(sql, clock);
    const before = performance.now();
    await scheduler.close();
    assert(performance.now() - before < 60_000); // and not ten minutes
    assert.match((await runOf(sql, clock, "sleeper")).return_message, /^ERROR: {2}canceling statement/);
    assert.equal((await sql`select from pg_stat_activity where query = 'select pg_sleep(600)'`).count, 0);
  });
});

Deno.test("the scheduler may start before the extension exists, and is seen in pg_stat_activity", async () => {
  const clock = new TestClock();
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    await using(startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now }), async () => {
      await sql`create extension pg_cron with schema pg_catalog`;
      await sql`select cron.schedule('first', '1 second', 'select 1')`;
      assert.equal((await runOf(sql, clock, "first")).status, "succeeded");
      assert(
        (await sql`select from pg_stat_activity where application_name = 'pg_cron scheduler'`).count > 0,
      );
    });
    await sql.end();
  });
});

Deno.test("runs that an earlier scheduler left unfinished are failed at the start", async () => {
  await withExtensions(async (sql, cluster) => {
    await sql`
      insert into cron.job_run_details (username, status, return_message)
      values ('postgres', 'running', null), ('postgres', 'starting', null), ('postgres', 'succeeded', '1 row')`;
    await using(startCron({ databaseUrl: cluster.url("supabase_admin") }), async () => {
      await eventually(async () =>
        (await sql`select from cron.job_run_details where status = 'failed'`).count === 2 || undefined
      );
      const rows = await sql`select return_message from cron.job_run_details order by runid`;
      assert.deepEqual(rows.map((row) => row.return_message), [
        "server restarted",
        "server restarted",
        "1 row",
      ]);
    });
  });
});

Deno.test("after a crash of the database lost runs are failed and jobs go on", async () => {
  const clock = new TestClock();
  await withExtensions((sql, cluster) =>
    using(startCron({ databaseUrl: cluster.url("supabase_admin"), now: clock.now }), async () => {
      await sql`select cron.schedule('lost', '1 second', 'select pg_sleep(600)')`;
      await runBegun(sql, clock);
      await crash(cluster);
      const lost = await eventually(async () => {
        const [row] =
          await sql`select status, return_message from cron.job_run_details where status = 'failed'`
            .catch(() => []);
        return row;
      });
      assert.match(lost.return_message, /^(server restarted|connection lost|FATAL: .*|WARNING: .*)/);
      await sql`select cron.schedule('after', '1 second', 'select 1')`;
      assert.equal((await runOf(sql, clock, "after")).status, "succeeded");
    })
  );
});
