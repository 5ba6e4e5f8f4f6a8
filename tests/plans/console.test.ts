/**
 * Operators look for jobs among 100,000. Whatever they look for, no step of it reads more rows than a chunk has, and each
 * page comes in time; what is rare comes with pages that say how far it was looked.
 */
import { slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const JOBS = 100_000;
/** A chunk has 6,400 jobs at most; the few that an index has are 2,000. */
const MANY = 6_401;
/** Of the server's time, on a machine that has other work. */
const IN_TIME_MS = 1_000;

const FILTERS = [
  {},
  { status: "pending" },
  { status: ["pending", "processing"], lane: "kie" },
  { status: "failed" },
  { status: "failed", error_code: "rare", failed_step: "running" },
  { tool: ["image", "speech"], refund: "paid" },
  { step: "running" },
  { has_retry: true },
  { is_retry: true },
  { slower_than_ms: 86_400_000 },
  { waited_over_ms: 86_400_000, ran_over_ms: 1 },
  { user_email: "user77@example.test" },
  { user_email: "user77@example.test", text: "nothing of the sort" },
  { text: "number 99990 " },
  { text: "user77@" },
  { text: "task-55555" },
  { text: "nothing of the sort" },
  { path: "$.input ? (@.seed == 9007199254750993)" },
  { path: '$.** ? (@ == "nowhere")' },
  { path: '$.input.prompt like_regex "number 9.*0$"' },
  { created_from: "2029-12-25T00:00:00Z", created_to: "2029-12-26T00:00:00Z" },
];

async function fill(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    insert into auth.users (id, email) select md5('u' || n)::uuid, 'user' || n || '@example.test' from generate_series(1, 500) n;
    alter table public.jobs disable trigger user;
    insert into public.jobs (user_id, tool, lane, current_step, ticket, status, completed_at, failed_at_step, error_code,
      error_message, request_id, attempt, created_at, queued_at, started_at, input, metadata)
    select md5('u' || g * 7919 % 500 + 1)::uuid, (array['upscaler', 'image', 'speech'])[g % 3 + 1],
      (array['runninghub', 'kie', 'openai'])[g % 3 + 1], step::public.job_step, g,
      (case step when 'queued' then 'pending' when 'running' then 'processing' else step end)::public.job_status,
      case when g > 320 then at + interval '90 seconds' end,
      case step when 'failed' then 'running'::public.job_step end,
      case step when 'failed' then case when g % 4800 = 0 then 'rare' else 'provider_down' end end,
      case step when 'failed' then 'The provider is down' end, 'task-' || g, 1, at, at,
      case when step <> 'queued' then at + interval '5 seconds' end,
      jsonb_build_object('prompt', repeat('a cat in the style of number ' || g || ' ', 12), 'seed', 9007199254740993 + g),
      jsonb_build_object('projectId', md5(g::text))
    from (select g, '2030-01-01Z'::timestamptz - g / 5 * interval '1 minute' as at, case when g <= 300 then 'queued'
      when g <= 320 then 'running' when g % 12 = 0 then 'failed' else 'completed' end as step
      from generate_series(1, ${JOBS}) g) numbered;
    alter table public.jobs enable trigger user;
    analyze public.jobs, auth.users;`).simple();
}

/** How many rows the node of a plan that ran had, or threw away, that had most. */
function rowsOf(plan: string): number {
  const counts = plan.matchAll(/(?:actual rows=|Rows Removed by (?:Join )?Filter: )(\d+)/g);
  return Math.max(0, ...[...counts].map(([, count]) => Number(count)));
}

interface Page {
  jobs: { id: string }[];
  next: { id: string } | null;
  looked_at: number;
  is_complete: boolean;
}

Deno.test("operators find jobs among 100,000 in bounded time", async (t) => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const plans: string[] = [];
  const sql = postgres(cluster.url("supabase_admin"), {
    max: 1,
    onnotice: ({ message }) => plans.push(message ?? ""),
  });
  const page = async (filter: object, after: object | null = null, limit = 50): Promise<Page> => {
    const [row] = await sql`select ops_api.find_jobs(${sql.json(filter as never)}, ${limit},
      ${after === null ? null : sql.json(after as never)}) as page`;
    return row?.page as Page;
  };
  try {
    await fill(sql);
    for (const filter of FILTERS) {
      await t.step(JSON.stringify(filter), async () => {
        const begun = performance.now();
        const { jobs, looked_at, is_complete, next } = await page(filter);
        const ms = performance.now() - begun;
        console.log(`${ms.toFixed(0)} ms, ${jobs.length} of ${looked_at}${is_complete ? ", all" : ""}`);
        assert.ok(ms < IN_TIME_MS * slowness(), `${ms} ms`);
        assert.equal(is_complete, next === null);
      });
    }
    await t.step("what is rare is found in the end, page by page", async () => {
      const found = new Set<string>();
      let looked = 0;
      const filter = { path: "$.input ? (@.seed == 9007199254830993)" };
      let at = await page(filter);
      for (;; at = await page(filter, at.next)) {
        at.jobs.forEach(({ id }) => found.add(id));
        looked += at.looked_at;
        if (at.is_complete) break;
      }
      assert.equal(found.size, 1);
      assert.equal(looked, JOBS);
    });
    await t.step("and no step of it reads more than a chunk", async () => {
      await sql.unsafe(`
        load 'auto_explain';
        set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
        set auto_explain.log_nested_statements = on;
        set client_min_messages = log;`).simple();
      plans.length = 0;
      for (const filter of FILTERS) await page(filter);
      assert.ok(plans.some((plan) => plan.includes("jobs_by_time")), "the plans were seen");
      const texts = plans.filter((plan) => rowsOf(plan) > MANY || /Seq Scan on jobs\b/.test(plan))
        .map((plan) => plan.slice(0, 3000));
      assert.deepEqual(texts, []);
    });
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
