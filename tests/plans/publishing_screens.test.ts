/**
 * Operators look at publishing where there are 100,000 publications and 25,000 connections: no step of what their screens ask
 * reads more rows than they say that are looked at, whatever is asked for.
 */
import { slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const PUBLICATIONS = 100_000;
const CONNECTIONS = 25_000;
/** As many connections are counted by platform; of publications 10,000 that ended and 5,000 that wait are looked at. */
const MANY = 20_001;
/** Of the server's time, on a machine that has other work. */
const IN_TIME_MS = 4_000;

const USER = "md5('u7')::uuid";
const MONTH = "current_date - 30, current_date + 12, 'America/Sao_Paulo'";
const QUESTIONS = [
  `publication_calendar(${MONTH})`,
  `publication_calendar(${MONTH}, '{"state": "unknown"}')`,
  `publication_calendar(${MONTH}, jsonb_build_object('user_id', ${USER}))`,
  `publications(now() - interval '1 day', now() + interval '1 day')`,
  `publication_groups()`,
  `publication_groups('{"platform": "tiktok"}')`,
  `publication_groups(jsonb_build_object('user_id', ${USER}))`,
  `unknown_publications()`,
  `publication_analytics(90, 'America/Sao_Paulo')`,
  `connections()`,
  `connections('{"text": "nobody"}')`,
  `platforms()`,
];

/** Eight of ten have ended, at one every 80 seconds; the others wait for their turn. */
async function fill(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    insert into auth.users (id, email) select md5('u' || n)::uuid, n || '@example.test' from generate_series(1, 1000) n;
    insert into public.connections (id, user_id, platform, external_id)
    select md5('c' || n)::uuid, md5('u' || n % 1000 + 1)::uuid, 'x', n::text from generate_series(1, ${CONNECTIONS}) n;
    alter table public.jobs disable trigger user;
    insert into public.jobs (user_id, tool, lane, ticket, current_step, status, input, run_at, expires_at, start_by,
      created_at, started_at, completed_at, attempt, failed_at_step, error_code, error_message, step_history)
    select md5('u' || g % 1000 + 1)::uuid, 'x_post', 'publication', g, step::public.job_step,
      (case step when 'queued' then 'pending' else step end)::public.job_status,
      jsonb_build_object('connectionId', md5('c' || g % 1000 + 1)::uuid, 'caption', repeat('hello ', 30)),
      case step when 'queued' then ends end, ends, ends, at, at, case when step <> 'queued' then at + interval '30 seconds' end,
      1, case step when 'failed' then 'starting'::public.job_step end, case step when 'failed' then 'out_of_luck' end,
      case step when 'failed' then 'It did not work.' end, '[{"step": "insert"}, {"step": "queued", "position": 1}]'
    from (select g, now() - g * interval '80 seconds' as at, now() + interval '20 hours' as ends, case when g % 10 < 7
      then 'completed' when g % 10 = 7 then 'failed' else 'queued' end as step from generate_series(1, ${PUBLICATIONS}) g) numbered;
    insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, priority, ticket,
      created_at, committed_at, unknown_at)
    select id, md5('g' || ticket / 4)::uuid, user_id, (input ->> 'connectionId')::uuid, 'x', sha256(id::text::bytea),
      case status when 'pending' then 'held' else 'done' end, 0, ticket, created_at,
      case when ticket % 1000 = 7 then created_at end, case when ticket % 1000 = 7 then completed_at end from public.jobs;
    alter table public.jobs enable trigger user;
    analyze public.jobs, public.publications, public.connections, auth.users;`).simple();
}

/** How many rows the node of a plan that ran had, or threw away, that had most. */
function rowsOf(plan: string): number {
  const counts = plan.matchAll(/(?:actual rows=|Rows Removed by (?:Join )?Filter: )(\d+)/g);
  return Math.max(0, ...[...counts].map(([, count]) => Number(count)));
}

Deno.test("operators see publishing among 100,000 publications in bounded time", async (t) => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const plans: string[] = [];
  const sql = postgres(cluster.url("supabase_admin"), {
    max: 1,
    onnotice: ({ message }) => plans.push(message ?? ""),
  });
  try {
    await fill(sql);
    for (const question of QUESTIONS) {
      await t.step(question, async () => {
        const begun = performance.now();
        await sql.unsafe(`select ops_api.${question}`);
        const ms = performance.now() - begun;
        console.log(`${ms.toFixed(0)} ms`);
        assert.ok(ms < IN_TIME_MS * slowness(), `${ms} ms`);
      });
    }
    await t.step("and no step of it reads more than is looked at", async () => {
      await sql.unsafe(`
        load 'auto_explain';
        set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
        set auto_explain.log_nested_statements = on;
        set client_min_messages = log;`).simple();
      plans.length = 0;
      for (const question of QUESTIONS) await sql.unsafe(`select ops_api.${question}`);
      assert.ok(plans.some((plan) => plan.includes("publications_by_end")), "the plans were seen");
      const texts = plans
        .filter((plan) => rowsOf(plan) > MANY || /Seq Scan on (jobs|publications|connections)\b/.test(plan))
        .map((plan) => plan.slice(0, 900));
      assert.deepEqual(texts, []);
    });
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
