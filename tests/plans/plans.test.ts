import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const USERS = 1_000;
const WAITING = 100_000;
const VIEWS = [
  "upscaler_jobs",
  "pose_changer_jobs",
  "veste_ai_jobs",
  "video_upscaler_jobs",
  "fal_jobs",
  "ai_jobs",
  "publication_jobs",
];
/** Tables that grow without bound; reading one from end to end would make the engine slower every day. */
const LARGE = [
  "jobs",
  "job_attempts",
  "credit_entries",
  "credit_accounts",
  "webhook_events",
  "tickets",
  "cancels",
  "messages_default", // of realtime.messages: what was broadcast in the last days
];

/** No step looks at more rows than this: a queue position counts a thousand, an estimate of durations two. */
const MANY = 5_000;

/** Nor does the console's first screen, but at the line of each lane and at what ended last, which it counts to a bound. */
const COUNTED = 10_000;

/** How many rows the node of a plan that ran had, or threw away, that had most. */
function rowsOf(plan: string): number {
  const counts = plan.matchAll(/(?:actual rows=|Rows Removed by (?:Join )?Filter: )(\d+)/g);
  return Math.max(0, ...[...counts].map(([, count]) => Number(count)));
}

/** The beginnings of the statements of plans, each once. */
function textsOf(plans: string[]): string[] {
  const texts = plans.map((plan) => plan.match(/Query Text:([\s\S]{0,300})/)?.[1]?.trim() ?? plan);
  return [...new Set(texts)];
}

/** A lane with a long past and a long queue: 100,000 jobs wait, as many have ended. */
async function fill(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    insert into auth.users (id, email) select gen_random_uuid(), n || '@example.com' from generate_series(1, ${USERS}) n;
    update public.tools set settings = settings - 'files';
    insert into public.tools (tool, lane, titles) values
      ('outside', 'external', '{"en": "Outside"}'), ('quick', 'kie', '{"en": "Quick"}');
    select ops.add_account('kie', 'one', null, 20);
    select ops.grant_credits(id, 1000) from auth.users;
    alter table public.jobs disable trigger user;
    create temporary table numbered as select id, row_number() over () as n from auth.users;
    insert into public.jobs (user_id, tool, lane, current_step, ticket, status, completed_at, request_id, attempt)
    select u.id, 'upscaler', 'runninghub',
      case when g <= ${WAITING} then 'queued' else 'completed' end::public.job_step, g / ${USERS} + 1,
      case when g <= ${WAITING} then 'pending' else 'completed' end::public.job_status,
      case when g > ${WAITING} then clock_timestamp() end,
      case when g > ${WAITING} then g::text end, (g > ${WAITING})::integer
    from generate_series(1, ${2 * WAITING}) g join numbered u on u.n = g % ${USERS} + 1;
    insert into public.job_attempts (job_id, attempt, user_id, phase, outcome, finished_at)
    select id, 1, user_id, 'finished', 'succeeded', completed_at from public.jobs where status = 'completed';
    insert into private.cancels (token, job_id, user_id, attempt, tool, lane, account_id, reason, resubmit, submits,
      submit_until, started_at, made_at, next_at, ends_at, over_at, how)
    select token, job_id, user_id, 1, 'upscaler', 'runninghub', 1, 'cancelled', 'idempotent', 1, now(), now(), now(), now(),
      now(), now(), 'stopped' from public.job_attempts;
    update public.jobs set output_bytes = 1000 where status = 'completed';
    insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, is_counted)
    select user_id, id, 'refund', 1, 1, true from public.jobs where status = 'completed' and ticket % 2 = 0;
    update private.lanes set max_refunds_per_user = 1000000, rate_limit = null, rate_window = null,
      backoff_base = '1 millisecond';
    select ops.set_storage_limit(null, 9007199254740991);
    alter table public.jobs enable trigger user;
    insert into realtime.messages (topic, extension, event, private, payload, inserted_at)
    select 'jobs:' || u.id, 'broadcast', 'UPDATE', true, '{}', (now() - g * interval '20 milliseconds') at time zone 'UTC'
    from generate_series(1, ${WAITING}) g join numbered u on u.n = g % ${USERS} + 1;
    analyze realtime.messages;
    analyze public.jobs, private.cancels, public.job_attempts, public.credit_entries, public.credit_accounts;`)
    .simple();
}

/** The life of a job in a pull lane whose first worker is lost. */
async function workOutside(sql: postgres.Sql, userId: string): Promise<void> {
  await sql`select public.create_job(${userId}, 'outside', '{}')`;
  const claim = async () => {
    const [row] = await sql`select worker.claim('external', 'w1', 1) as item`;
    return row?.item as { job: { id: string }; attempt: { token: string } };
  };
  const { job: { id } } = await claim();
  await sql`update public.job_attempts set leased_until = '-infinity' where job_id = ${id}`;
  const { attempt: { token } } = await claim();
  await sql`select worker.heartbeat(${id}, ${token}, 50::smallint), worker.claimed(${id}, ${token})`;
  await sql`select worker.complete(${id}, ${token}, '{"files": []}', null)`;
}

/** Attempts that end in every other way, what is heard of their tasks afterwards, and a user who goes. */
async function endOtherwise(sql: postgres.Sql): Promise<void> {
  const user = crypto.randomUUID();
  await sql`insert into auth.users (id, email) values (${user}, ${`${user}@example.com`})`;
  await sql`select ops.grant_credits(${user}, 1000)`;
  const begin = async (passes = true): Promise<[string, string]> => {
    const [job] = await sql`select id from public.create_job(${user}, 'quick', '{}')`;
    const [attempt] = await sql`select token from public.job_attempts where job_id = ${job?.id}`;
    if (passes) await sql`select worker.checkpoint(${job?.id}, ${attempt?.token}, '{}')`;
    return [job?.id, attempt?.token];
  };
  for (const how of ["unknown", "overdue", "refused", "failed", "retried", "cancelled"]) {
    const [id, token] = await begin();
    if (how === "unknown") await sql`select worker.submit_unknown(${id}, ${token})`;
    else await sql`select worker.submitted(${id}, ${token}, ${token}, '{}')`;
    if (how === "overdue") {
      await sql`update public.jobs set deadline_at = now() where id = ${id}`;
      await sql`select private.ask_a_last_time(), worker.deadline_passed(${id}, ${token}, null)`;
    }
    if (how === "refused") await sql`select worker.output_refused(${id}, ${token}, 'output_too_large', null)`;
    if (how === "failed") await sql`select worker.attempt_failed(${id}, ${token}, 'never', 'no', 'no')`;
    if (how === "retried") await sql`select worker.attempt_failed(${id}, ${token}, 'backoff', 'no', 'no')`;
    if (how === "cancelled") {
      await sql`select public.cancel_job(${id})`;
      await sql`select worker.webhook('kie', ${token}, ${id}, ${token}, 'token', '{}', '{}', null)`;
    }
    await sql`select worker.receive_cancels(10)`;
    await sql`select worker.cancel_noted(${token}, null, true), worker.task_over(${token}, 'stopped')`;
  }
  const [gone, token] = await begin();
  await begin(false);
  await sql`delete from auth.users where id = ${user}`;
  await sql`select worker.webhook('kie', ${gone}, ${gone}, ${token}, 'token', '{}', '{}', 'succeeded', 'task')`;
}

/** What apps and dashboards ask the views for: an owner's jobs, whether the query names the owner or not; one job by its id. */
async function look(sql: postgres.Sql, owner: string): Promise<void> {
  const as = async (claims: { sub: string; role: string }, queries: string[]) =>
    await sql.begin(async (sql) => {
      await sql`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
      await sql`select set_config('role', ${claims.role}, true)`;
      for (const query of queries) await sql.unsafe(query);
    });
  const [job] = await sql`select id from public.jobs where user_id = ${owner} limit 1`;
  const one = VIEWS.map((view) => `select * from public.${view} where id = '${job?.id}'`);
  const lists = VIEWS.flatMap((view) => [
    `select * from public.${view}`,
    `select * from public.${view} order by created_at desc limit 10`,
    `select * from public.${view} where user_id = '${owner}' order by created_at desc limit 10`,
  ]);
  // The pages of the jobs function: the first one, and one that begins at a cursor.
  const page = `select * from public.jobs where user_id = '${owner}'`;
  const order = "order by created_at desc, id desc limit 21";
  const after = `created_at <= now() and (created_at < now() or id < '${job?.id}')`;
  const pages = [
    `${page} ${order}`,
    `${page} and ${after} ${order}`,
    `${page} and ${after} and status in ('failed', 'cancelled') and tool = 'upscaler' ${order}`,
    `select * from public.credit_entries where user_id = '${owner}' and entry_id < 1000000 order by entry_id desc limit 21`,
  ];
  await as({ sub: owner, role: "authenticated" }, [
    ...one,
    ...lists,
    ...pages,
    "select * from public.jobs where status in ('pending', 'processing')",
  ]);
  await sql`update auth.users set raw_app_meta_data = '{"role": "admin"}' where id = ${owner}`;
  await as({ sub: owner, role: "esteira_admin" }, [...one, ...pages]);
}

Deno.test("with 100,000 jobs waiting and as many ended, no step of a job's life and no look at one reads a large table from end to end", async () => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const plans: string[] = [];
  let watching = false;
  const sql = postgres(cluster.url("supabase_admin"), {
    max: 1,
    onnotice: ({ message }) => watching && message?.startsWith("duration:") && plans.push(message),
  });
  try {
    await fill(sql);
    const [user] = await sql`select id from auth.users limit 1`;
    // The plans of the statements inside the functions, as they are really run.
    await sql.unsafe(`
      load 'auto_explain';
      set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
      set auto_explain.log_nested_statements = on;
      set client_min_messages = log;`).simple();

    // Seven times, for PL/pgSQL may settle on another plan after five.
    for (let round = 0; round < 7; round++) {
      watching = true;
      const [job] =
        await sql`select * from public.create_job(${user?.id}, 'upscaler', '{}', p_idempotency_key => ${`k${round}`})`;
      await sql`select public.queue_position(${job?.id})`;
      const received = await sql`select * from worker.receive('runninghub', 3)`;
      for (const { queue, msg_id, item } of received) {
        const { job: { id }, attempt: { token } } = item;
        await sql`select worker.checkpoint(${id}, ${token}, '{}', '{}', ${queue}, ${msg_id})`;
        await sql`select worker.submitted(${id}, ${token}, ${id}, '{}', '{}', ${queue}, ${msg_id})`;
        const [row] = await sql`
          select worker.webhook('runninghub', ${id}, ${id}, ${token}, 'token', '{}', '{}', 'succeeded') as result`;
        await sql`select worker.produced(${id}, ${token}, '[]', '{}')`;
        const { msg_id: settlement } = row?.result.message;
        await sql`select * from worker.receive_settlements(10)`;
        await sql`select worker.complete(${id}, ${token}, '{"files": []}', 'https://example.com', null, 'settle_queue', ${settlement})`;
      }
      await workOutside(sql, user?.id);
      await endOtherwise(sql);
      await sql`select public.cancel_job(${job?.id})`;
      const wish = { tool: "upscaler", input: {}, idempotency_key: `many${round}` };
      await sql`select public.create_jobs(${user?.id}, ${sql.json([wish, { tool: "upscaler", input: {} }])})`;
      const together = (await sql`select * from worker.receive('runninghub', 2)`).map((
        { queue, msg_id, item },
      ) => ({
        job_id: item.job.id,
        token: item.attempt.token,
        external_id: item.job.id,
        output: { files: [] },
        queue,
        msg_id,
      }));
      assert.ok(together.length > 0, "there was work to report together");
      await sql`select worker.submitted_many(${sql.json(together)})`;
      await sql`select worker.complete_many(${sql.json(together)})`;
      await sql`select private.tick()`;
      await sql`select private.ask_about_silent_jobs(), private.end_expired_leases(), private.give_up_overdue_jobs(), private.free_abandoned_slots()`;
      await sql`select private.end_expired_jobs(), private.give_up_copies(), private.end_task_lives(), private.resend_lost_messages()`;
      await sql`select worker.next_look(), private.forget_retired_accounts()`;
      for (const seconds of [70, 250]) {
        await sql`select worker.open_stream(${user?.id}), worker.told_since(${user?.id}, '{}',
          (extract(epoch from now() - ${`${seconds} seconds`}::interval) * 1000000)::bigint, 10000, 500)`;
      }
      watching = false;
      assert.ok(received.length > 0, "there was work to look at");
    }
    watching = true;
    await look(sql, user?.id);
    watching = false;

    assert.ok(plans.some((plan) => plan.includes("waiting_jobs")), "the plans were seen");
    const pages = plans.filter((plan) => plan.includes("created_at desc, id desc limit 21"));
    const sorted = pages.filter((plan) => plan.includes("Sort") || !plan.includes("jobs_by_user"));
    assert.deepEqual([pages.length, sorted], [6, []], "a page of jobs is read in the order of its index");
    const scans = plans.filter((plan) =>
      LARGE.some((table) => new RegExp(`Seq Scan on ${table}\\b`).test(plan))
    );
    assert.deepEqual(textsOf(scans), []);
    // An index that is read from end to end is no better.
    assert.deepEqual(textsOf(plans.filter((plan) => rowsOf(plan) > MANY)), []);

    plans.length = 0;
    watching = true;
    await sql`select private.ends_by_minute(private.now()), private.lane_line(l, null, private.now()) from private.lanes l`;
    await sql`select * from private.failures_of_late(private.now(), private.now() - interval '1 day', ${COUNTED})`;
    watching = false;
    assert.ok(plans.some((plan) => plan.includes("attempts_by_end")), "the plans were seen");
    assert.ok(plans.some((plan) => plan.includes("failed_jobs")), "those of failures too");
    assert.deepEqual(
      textsOf(
        plans.filter((plan) => LARGE.some((table) => new RegExp(`Seq Scan on ${table}\\b`).test(plan))),
      ),
      [],
    );
    assert.deepEqual(textsOf(plans.filter((plan) => rowsOf(plan) > COUNTED)), []);
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
