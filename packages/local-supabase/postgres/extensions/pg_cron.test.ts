import assert from "node:assert/strict";
import fc from "fast-check";
import postgres from "postgres";
import { parseCronSchedule } from "../../background/cron_schedule.ts";
import { withPlatform } from "../../testing.ts";

async function withPgCron(body: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`create extension if not exists pg_cron with schema pg_catalog`;
      await sql`grant usage on schema cron to postgres`;
      await sql`grant all privileges on all tables in schema cron to postgres`;
      await body(sql);
    } finally {
      await sql.end();
    }
  });
}

Deno.test("a job scheduled again under its name keeps its id and takes the new schedule and command", async () => {
  await withPgCron(async (sql) => {
    const [first] = await sql`select cron.schedule('tick', '* * * * *', 'select 1') as id`;
    const [again] =
      await sql`select cron.schedule(job_name => 'tick', schedule => '5 seconds', command => 'select 2') as id`;
    const [other] = await sql`select cron.schedule('0 3 * * *', 'select 3') as id`;
    assert.equal(again?.id, first?.id);
    assert.notEqual(other?.id, first?.id);
    const jobs =
      await sql`select jobname, schedule, command, database, username, active from cron.job order by jobid`;
    const common = { database: "postgres", username: "postgres", active: true };
    assert.deepEqual([...jobs], [
      { jobname: "tick", schedule: "5 seconds", command: "select 2", ...common },
      { jobname: null, schedule: "0 3 * * *", command: "select 3", ...common },
    ]);
  });
});

Deno.test("the schedule is checked as pg_cron does", async () => {
  await withPgCron(async (sql) => {
    const valid = [
      ..."* * * * *|*/5 0-23/2 1,15 jan-MAR mon-fri|0 0 $ * *|  7 7 7 7 7 |0 0 * * sun,6".split("|"),
      ..."1 second|59 seconds|10 SECONDS|@hourly|@reboot".split("|"),
    ];
    const invalid = [
      ..."|* * * *|* * * * * *|60 * * * *|* 24 * * *|* * 0 * *|* * 32 * *|* * * 13 *|* * * * 8|*/0 * * * *"
        .split("|"),
      ..."5/2 * * * *|9-5 * * * *|a * * * *|1, * * * *|0 seconds|60 seconds|1 minute|every minute|@never"
        .split("|"),
    ];
    for (const schedule of valid) await sql`select cron.schedule('job', ${schedule}, 'select 1')`;
    for (const schedule of invalid) {
      await assert.rejects(() => sql`select cron.schedule('job', ${schedule}, 'select 1')`, (error) => {
        assert(error instanceof postgres.PostgresError);
        assert.equal(error.message, `invalid schedule: ${schedule}`);
        assert.equal(error.code, "22023");
        assert.equal(error.hint, "Use cron format (e.g. 5 4 * * *), or interval format '[1-59] seconds'");
        return true;
      });
    }
  });
});

Deno.test("the database accepts exactly the schedules that the scheduler understands", async () => {
  const piece = fc.oneof(
    fc.constantFrom("*", "$", "jan", "DEC", "sun", "sat", "x", "", "-", ","),
    fc.integer({ min: 0, max: 99 }).map(String),
  );
  const item = fc.tuple(piece, fc.constantFrom("", "-", "/", "-", ","), piece).map((parts) => parts.join(""));
  const field = fc.oneof(
    item,
    piece,
    fc.tuple(item, fc.integer({ min: 0, max: 9 })).map((parts) => parts.join("/")),
  );
  const fields = fc.array(field, { minLength: 4, maxLength: 6 }).map((parts) => parts.join(" "));
  // Four stars and one odd field: otherwise nearly everything is invalid.
  const oneField = fc.tuple(field, fc.nat(4)).map(([odd, at]) =>
    ["*", "*", "*", "*", "*"].with(at, odd).join(" ")
  );
  const seconds = fc.tuple(fc.nat(70), fc.constantFrom("second", "Seconds", "secs")).map((parts) =>
    parts.join(" ")
  );
  const schedules = fc.sample(fc.oneof(fields, oneField, oneField, seconds), 2000);
  await withPgCron(async (sql) => {
    const rows = await sql`
      select schedule, cron._is_schedule(schedule) as valid from unnest(${schedules}::text[]) as schedule`;
    const valid = rows.filter((row) => row.valid).length;
    assert(valid > 200 && valid < 1800, `${valid} of 2000 valid: not a fair sample`);
    for (const row of rows) {
      assert.equal(parseCronSchedule(row.schedule) !== undefined, row.valid, row.schedule);
    }
  });
});

Deno.test("unscheduling removes a job by name or id and raises for a missing one", async () => {
  await withPgCron(async (sql) => {
    await sql`select cron.schedule('a', '* * * * *', 'select 1'), cron.schedule('b', '* * * * *', 'select 1')`;
    await sql`select cron.unschedule('a'), cron.unschedule(2)`;
    assert.equal((await sql`select from cron.job`).count, 0);
    await assert.rejects(() => sql`select cron.unschedule('a')`, {
      message: "could not find valid entry for job 'a'",
      code: "XX000",
    });
    await assert.rejects(() => sql`select cron.unschedule(2)`, {
      message: "could not find valid entry for job 2",
      code: "XX000",
    });
  });
});

Deno.test("alter_job changes what it is given and nothing else", async () => {
  await withPgCron(async (sql) => {
    await sql`select cron.schedule('a', '* * * * *', 'select 1')`;
    await sql`select cron.alter_job(1, schedule => '5 seconds', active => false)`;
    const [job] = await sql`select schedule, command, active from cron.job`;
    assert.deepEqual(job, { schedule: "5 seconds", command: "select 1", active: false });
    await assert.rejects(() => sql`select cron.alter_job(1)`, /no updates specified/);
    await assert.rejects(
      () => sql`select cron.alter_job(2, active => true)`,
      /Job 2 does not exist or you don't own it/,
    );
    await assert.rejects(() => sql`select cron.alter_job(1, schedule => 'x')`, /invalid schedule: x/);
    await assert.rejects(
      () => sql`select cron.alter_job(1, username => 'anon')`,
      /must be superuser to alter username/,
    );
  });
});

Deno.test("postgres may read jobs, and delete run details, but not write jobs past the functions", async () => {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`create extension pg_cron with schema pg_catalog`;
      await sql`select cron.schedule('a', '* * * * *', 'select 1')`;
      await assert.rejects(() => sql`update cron.job set command = 'select 2'`, { code: "42501" });
      await assert.rejects(() => sql`delete from cron.job`, { code: "42501" });
      await sql`insert into cron.job_run_details (jobid, username) values (1, 'postgres')`;
      assert.equal((await sql`delete from cron.job_run_details where end_time is null`).count, 1);
      await assert.rejects(
        () =>
          sql`select cron.schedule_in_database('b', '* * * * *', 'select 1', 'postgres', 'supabase_admin')`,
        /must be superuser to create a job for another role/,
      );
      await assert.rejects(
        () => sql`select cron._save_job('supabase_admin', 'b', '* * * * *', 'select 1', null, true)`,
        /cannot schedule jobs as superuser/,
      );
    } finally {
      await sql.end();
    }
  });
});

Deno.test("other roles reach jobs only when let in, and then see and change their own alone", async () => {
  await withPgCron(async (sql) => {
    await sql`select cron.schedule('a', '* * * * *', 'select 1')`;
    await sql`set role service_role`;
    await assert.rejects(() => sql`select cron.schedule('b', '* * * * *', 'select 1')`, { code: "42501" });
    await sql`reset role`;
    await sql`create role scheduler login`;
    await sql`grant scheduler to postgres`;
    await sql`grant usage on schema cron to scheduler`;
    await sql`set role scheduler`;
    await sql`select cron.schedule('a', '* * * * *', 'select 2')`;
    const mine = await sql`select username, command from cron.job`;
    assert.deepEqual([...mine], [{ username: "scheduler", command: "select 2" }]);
    await assert.rejects(() => sql`select cron.unschedule(1)`, { code: "42501" });
    await sql`select cron.unschedule('a')`;
    assert.equal((await sql`select from cron.job`).count, 0);
  });
});
