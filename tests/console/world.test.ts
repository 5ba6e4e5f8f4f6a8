import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";
import { fillWorld } from "./world.ts";

Deno.test("the world has a bit of everything, its books balance, and it is the same each time", async () => {
  const [one, other] = await Promise.all([lookAt(600), lookAt(600)]);
  const { drift, statuses, counts, digest } = one;
  assert.deepEqual(drift, []);
  assert.deepEqual(statuses, ["pending", "processing", "completed", "failed", "cancelled"]);
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 0, `${what}: ${count}`);
  assert.equal(counts.jobs, 600);
  assert.equal(digest, other.digest);
});

async function lookAt(jobs: number) {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const sql = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
  try {
    await fillWorld(cluster.url("supabase_admin"), jobs);
    const statuses = await sql`select distinct status from public.jobs order by status`;
    const [counts] = await sql`
      select (select count(*)::integer from public.jobs) as jobs,
        (select count(*)::integer from public.jobs where run_at > now()) as scheduled,
        (select count(*)::integer from public.jobs where retried_from is not null) as retries,
        (select count(distinct lane)::integer from public.jobs) as lanes,
        (select count(distinct error_code)::integer from public.jobs) as errors,
        (select count(*)::integer from public.job_attempts where attempt > 1) as second_attempts,
        (select count(*)::integer from public.publications where line = 'done') as publications,
        (select count(distinct state)::integer from public.connections) as states_of_connections,
        (select count(*)::integer from private.webhook_events) as webhooks,
        (select count(*)::integer from private.deliveries) as deliveries,
        (select count(*)::integer from ops.alerts where closed_at is null) as open_alerts,
        (select count(*)::integer from private.bulk_items) as items_of_runs,
        (select count(*)::integer from private.audit) as acts`;
    // Times are of the moment, and tokens of attempts of nobody's choice.
    const [row] = await sql`
      select md5(string_agg(concat_ws(' ', ticket, user_id, tool, lane, error_code, input, refund, request_id), ','
        order by ticket)) as digest from public.jobs`;
    return {
      drift: [...await sql`select * from ops.credit_drift()`],
      statuses: statuses.map(({ status }) => status),
      counts: counts as Record<string, number>,
      digest: row?.digest,
    };
  } finally {
    await sql.end();
    await cluster.stop();
  }
}
