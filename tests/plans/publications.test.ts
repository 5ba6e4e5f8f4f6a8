/** A dispatch of publications costs the same whether none is held or 100,000 are. */
import { slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const HELD = 100_000;
const CONNECTIONS = 1_000;
/** No step looks at more rows than this: a line shows its first twenty why they are held. */
const MANY = 1_000;
const LARGE = ["jobs", "publications", "connections", "group_media"];

/** As many are held with a thousand connections, each of which has one under way, and the slots are taken. */
async function fill(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    insert into auth.users (id, email) select md5('u' || n)::uuid, n || '@example.test' from generate_series(1, ${CONNECTIONS}) n;
    select ops.grant_credits(id, 1000) from auth.users;
    update public.tools set is_enabled = true, settings = '{}' where lane = 'publication';
    update private.lanes set max_waiting_per_user = null, max_refunds_per_user = null where lane = 'publication';
    insert into public.connections (id, user_id, platform, external_id)
    select md5('c' || n)::uuid, md5('u' || n)::uuid, 'x', n::text from generate_series(1, ${CONNECTIONS}) n;
    alter table public.jobs disable trigger user;
    insert into public.jobs (id, user_id, tool, lane, ticket, current_step, input, max_attempts, run_at, expires_at, start_by)
    select md5('j' || g)::uuid, md5('u' || g % ${CONNECTIONS} + 1)::uuid, 'x_post', 'publication', g, 'queued',
      jsonb_build_object('connectionId', md5('c' || g % ${CONNECTIONS} + 1)::uuid), 4,
      now() + interval '20 hours', now() + interval '20 hours', now() + interval '20 hours'
    from generate_series(1, ${HELD}) g;
    insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, priority, ticket)
    select id, id, user_id, (input ->> 'connectionId')::uuid, 'x', sha256(id::text::bytea), 'held', 0, ticket from public.jobs;
    update public.jobs set run_at = null where ticket <= ${CONNECTIONS};
    update public.publications set line = 'front' where ticket <= ${CONNECTIONS};
    alter table public.jobs enable trigger user;
    analyze public.jobs, public.publications, public.connections;`).simple();
}

/** How many rows the node of a plan that ran had, or threw away, that had most. */
function rowsOf(plan: string): number {
  const counts = plan.matchAll(/(?:actual rows=|Rows Removed by (?:Join )?Filter: )(\d+)/g);
  return Math.max(0, ...[...counts].map(([, count]) => Number(count)));
}

async function publishOnce(sql: postgres.Sql, n: number): Promise<void> {
  const user = `md5('u${n}')::uuid`;
  await sql.unsafe(
    `select worker.enqueue_publications(${user}, jsonb_build_array(jsonb_build_object('n', 0, 'tool', 'x_post', 'input',
       jsonb_build_object('connectionId', md5('c${n}')::uuid, 'caption', clock_timestamp()::text, 'mediaFiles', '[]'::jsonb))))`,
  );
  for (const { item } of await sql`select item from worker.receive('publication', 2)`) {
    const { job: { id }, attempt: { token } } = item;
    await sql`select worker.publication_step(${id}, ${token}, 'prepare', 'uploaded', '{"at": 1}')`;
    await sql`select worker.commit_publication(${id}, ${token})`;
    await sql`select worker.committed(${id}, ${token}, ${id})`;
    await sql`select worker.published(${id}, ${token}, ${id}, null)`;
  }
  const [failing] = await sql`select item from worker.receive('publication', 1)`;
  const { job: { id }, attempt: { token } } = failing!.item;
  await sql`select worker.publication_failed(${id}, ${token},
    '{"class": "wait", "scope": "connection", "code": "x", "message": "y", "retry_after_ms": 1000}')`;
  await sql`select private.tend_publications(), private.end_holds(now() + interval '1 hour'), private.tick()`;
  await sql`select public.cancel_job(job_id) from public.publications where connection_id = md5('c7')::uuid and line = 'held' limit 1`;
}

Deno.test(`with ${HELD} publications held, no step of another's life reads more than a few rows`, async () => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const plans: string[] = [];
  let watching = false;
  const sql = postgres(cluster.url("supabase_admin"), {
    max: 1,
    onnotice: ({ message }) => watching && message?.startsWith("duration:") && plans.push(message),
  });
  try {
    await fill(sql);
    await sql.unsafe(`
      load 'auto_explain';
      set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
      set auto_explain.log_nested_statements = on;
      set client_min_messages = log;`).simple();
    // Seven times, for PL/pgSQL may settle on another plan after five.
    for (let round = 1; round <= 7; round++) {
      watching = true;
      await publishOnce(sql, round);
      watching = false;
    }
    assert.ok(plans.some((plan) => plan.includes("publications_held")), "the plans were seen");
    const scans = plans.filter((plan) =>
      LARGE.some((table) => new RegExp(`Seq Scan on ${table}\\b`).test(plan))
    );
    const texts = (
      of: string[],
    ) => [...new Set(of.map((plan) => plan.match(/Query Text:([\s\S]{0,300})/)?.[1]?.trim()))];
    assert.deepEqual(texts(scans), []);
    assert.deepEqual(texts(plans.filter((plan) => rowsOf(plan) > MANY)), []);

    await sql`set auto_explain.log_min_duration = -1`;
    const begun = performance.now();
    for (let i = 0; i < 100; i++) await sql`select private.dispatch('publication')`;
    const each = (performance.now() - begun) / 100;
    console.log(`a dispatch beside ${HELD} that are held: ${each.toFixed(2)} ms`);
    assert.ok(each < 50 * slowness(), `${each} ms for a dispatch that finds nothing to do`);
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
