/**
 * Somebody with very many jobs opens their list. Their policy is plain equality, so the planner knows that the index has
 * their rows in order. The same question under a policy that says "their own, or an admin" shows what that would cost.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const OWNED = 200_000;
const OTHERS = 50_000;

/** What a node of a plan did; loops are of the whole query. */
interface Node {
  "Node Type": string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Rows Removed by Filter"?: number;
  Plans?: Node[];
}

interface Looked {
  nodes: Node[];
  /** The indexes that were read. */
  indexes: string[];
  /** Most rows that a node gave or threw away. */
  rows: number;
  ms: number;
}

/** Whether a node of it puts rows into order; what subplans of nothing sort counts for nothing. */
const sorts = ({ nodes }: Looked) =>
  nodes.some((node) => node["Node Type"].includes("Sort") && node["Actual Rows"] > 0);

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/** Asks as somebody signed in, four times, and returns what the fastest did; nothing that `before` changes stays. */
async function look(
  sql: postgres.Sql,
  sub: string,
  role: string,
  query: string,
  before = "",
): Promise<Looked> {
  const looked: Looked[] = [];
  await sql.begin(async (sql) => {
    if (before) await sql.unsafe(before).simple();
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub, role })}, true),
      set_config('role', ${role}, true)`;
    for (let n = 0; n < 4; n++) {
      const [answer] = await sql.unsafe(`explain (analyze, timing off, format json) ${query}`);
      const [{ Plan: plan, "Execution Time": ms }] = answer?.["QUERY PLAN"];
      const nodes = flat(plan);
      const rows = Math.max(
        ...nodes.map((node) => node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)),
      );
      looked.push({ nodes, indexes: nodes.flatMap((node) => node["Index Name"] ?? []), rows, ms });
    }
    await sql.unsafe("rollback and chain");
  });
  return looked.toSorted((a, b) => a.ms - b.ms)[0] ?? assert.fail();
}

async function fill(sql: postgres.Sql, owner: string): Promise<void> {
  await sql.unsafe(`
    insert into auth.users (id, email) values ('${owner}', 'owner@example.com');
    insert into auth.users (id, email) select gen_random_uuid(), n || '@example.com' from generate_series(1, 100) n;
    alter table public.jobs disable trigger user;
    create temporary table others as select id, row_number() over () as n from auth.users where id <> '${owner}';
    insert into public.jobs (user_id, tool, lane, current_step, ticket, status, completed_at, request_id, attempt, created_at)
    select case when g <= ${OWNED} then '${owner}'::uuid else u.id end, 'upscaler', 'runninghub', 'completed', g, 'completed',
      now(), g::text, 1, now() - (g * 7919 % ${OWNED + OTHERS}) * interval '1 second'
    from generate_series(1, ${OWNED + OTHERS}) g join others u on u.n = g % 100 + 1;
    insert into public.job_attempts (job_id, attempt, user_id, phase, outcome, finished_at, raw_api_response)
    select id, 1, user_id, 'finished', 'succeeded', now(), '{"code": 0}' from public.jobs;
    alter table public.jobs enable trigger user;`).simple();
  await sql`vacuum analyze public.jobs`;
  await sql`vacuum analyze public.job_attempts`;
}

Deno.test("an owner of 200,000 jobs is shown the newest fifty in the order of an index", async (t) => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const sql = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
  const owner = crypto.randomUUID();
  const newest = (from: string) => `select * from public.${from} order by created_at desc, id desc limit 50`;
  try {
    await fill(sql, owner);
    const [{ id: admin } = {}] = await sql`
      update auth.users set raw_app_meta_data = '{"role": "admin"}' where email = '1@example.com' returning id`;
    const [{ id: job } = {}] = await sql`select id from public.jobs where user_id = ${owner} limit 1`;

    for (const from of ["jobs", "upscaler_jobs"]) {
      await t.step(`of ${from}, and reads fifty`, async () => {
        const looked = await look(sql, owner, "authenticated", newest(from));
        assert.ok(looked.indexes.includes("jobs_by_user"), String(looked.indexes));
        assert.ok(!sorts(looked), "nothing is sorted");
        assert.equal(looked.rows, 50);
        console.log(`${from}: ${looked.ms.toFixed(2)} ms`);
      });
    }

    await t.step("an OR in the policy, or a second one for owners, would have all of them read", async () => {
      for (
        const policy of [
          `alter policy "users see their own jobs" on public.jobs
             using (user_id = (select private.caller()) or (select private.is_admin()))`,
          `create policy "admins too" on public.jobs for select to authenticated using ((select private.is_admin()))`,
        ]
      ) {
        // The index of the console's list has everybody's in order: a help to who has most of them, and to nobody else.
        const before = `drop index public.jobs_by_time; ${policy}`;
        const looked = await look(sql, owner, "authenticated", newest("jobs"), before);
        assert.ok(sorts(looked), "the rows come in no order");
        assert.ok(looked.rows >= OWNED, `${looked.rows} rows`);
        console.log(`with an OR: ${looked.ms.toFixed(2)} ms`);
      }
    });

    await t.step("an admin finds anybody's job by its id, and a user's newest by the index", async () => {
      const one = await look(
        sql,
        admin,
        "esteira_admin",
        `select id, status, current_step, raw_api_response, raw_webhook_payload from public.upscaler_jobs where id = '${job}'`,
      );
      assert.deepEqual([...new Set(one.indexes)].sort(), ["job_attempts_pkey", "jobs_pkey"]);
      assert.equal(one.rows, 1);
      const query =
        `select * from public.upscaler_jobs where user_id = '${owner}' order by created_at desc, id desc limit 50`;
      const theirs = await look(sql, admin, "esteira_admin", query);
      assert.ok(theirs.indexes.includes("jobs_by_user"), String(theirs.indexes));
      assert.equal(theirs.rows, 50);
      console.log(`an admin: ${one.ms.toFixed(2)} ms, ${theirs.ms.toFixed(2)} ms`);
    });
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
