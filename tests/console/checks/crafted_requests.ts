import assert from "node:assert/strict";
import type postgres from "postgres";
import type { Checked } from "../visit.ts";
import { examples } from "../visit.ts";

/** What support may do with jobs that are named; each of it is proved elsewhere. */
const SUPPORT_MAY = ["retry", "refund"];
const ACTIONS = [
  "retry",
  "redrive",
  "cancel",
  "refund",
  "resolve",
  "set_priority",
  "replay_webhook",
  "quarantine",
  "release",
  "delete",
  "pause",
  "resume",
  "set_capacity",
];

interface Door {
  name: string;
  args: { name: string; type: string }[];
}

export async function craftedRequestsChangeNothing(checked: Checked): Promise<void> {
  const { sql, people, t, environment: { deployment } } = checked;
  const doors = await doorsOf(sql);
  assert.ok(doors.length > 20, `${doors.length} functions`);
  const stock = await stockOf(checked);
  const before = await digests(sql);
  const callers = { nobody: undefined, stranger: people.stranger, support: people.support };
  for (const [who, caller] of Object.entries(callers)) {
    await t.step(who, async () => {
      const odd: string[] = [];
      for (const { name, args } of doors.flatMap((door) => requestsTo(door, stock, who === "support"))) {
        const response = await fetch(`${deployment.apiUrl}/rest/v1/rpc/${name}`, {
          method: "POST",
          headers: {
            apikey: deployment.publishableKey,
            ...caller && { authorization: `Bearer ${caller.accessToken}` },
            "content-profile": "ops_api",
            "content-type": "application/json",
          },
          body: JSON.stringify(args),
        });
        const body = await response.text();
        const isRefused = [401, 403].includes(response.status);
        if (response.status >= 500) odd.push(`${name} ${JSON.stringify(args)}: ${response.status} ${body}`);
        if (who !== "support" && !isRefused) odd.push(`${name}: ${response.status} ${body.slice(0, 200)}`);
      }
      assert.deepEqual(odd, []);
    });
    await t.step(`${who} has changed nothing`, async () => assert.deepEqual(await digests(sql), before));
  }
  await t.step("nor is a table written past the functions", async () => {
    const mine = { user_id: people.stranger.userId };
    const tables = {
      jobs: mine,
      job_attempts: mine,
      credit_entries: mine,
      credit_accounts: mine,
      publications: mine,
    };
    for (const { accessToken } of [people.stranger, people.support]) {
      for (const [table, row] of Object.entries({ ...tables, tools: { credit_cost: 0 } })) {
        for (const method of ["POST", "PATCH", "DELETE"]) {
          const which = table === "tools" ? "?tool=eq.image" : "?user_id=not.is.null";
          const response = await fetch(
            `${deployment.apiUrl}/rest/v1/${table}${method === "POST" ? "" : which}`,
            {
              method,
              headers: {
                apikey: deployment.publishableKey,
                authorization: `Bearer ${accessToken}`,
                "content-type": "application/json",
              },
              ...method === "DELETE" ? {} : { body: JSON.stringify(row) },
            },
          );
          await response.body?.cancel();
          assert.ok(response.status >= 400, `${method} ${table}: ${response.status}`);
        }
      }
    }
    assert.deepEqual(await digests(sql), before);
  });
}

/** The functions of `ops_api` and what they take, as the database has them: one that comes is asked, too. */
async function doorsOf(sql: postgres.Sql): Promise<Door[]> {
  return await sql<Door[]>`
    select p.proname as name, coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'type', a.type) order by a.n)
      filter (where a.name is not null), '[]') as args
    from pg_proc p left join lateral (
      select n, p.proargnames[n] as name, format_type(type, null) as type
      from unnest(p.proargtypes::oid[]) with ordinality x (type, n)) a on true
    where p.pronamespace = 'ops_api'::regnamespace group by p.oid, p.proname order by p.proname`;
}

type Stock = Readonly<Record<string, unknown>>;

/** What there is, by the names of arguments. */
async function stockOf(checked: Checked): Promise<Stock> {
  const { job, run, person } = await examples(checked);
  const [row] = await checked.sql`
    select (select max(event_id)::text from private.webhook_events) as event,
      (select max(account_id) from private.accounts) as account,
      (select name from ops.alert_rules order by name limit 1) as rule`;
  return {
    p_job_id: job,
    p_run_id: run,
    p_user_id: checked.people.stranger.userId,
    p_actor: person,
    p_event_id: row?.event,
    p_account_id: row?.account,
    p_name: row?.rule,
    p_rule: row?.rule,
    p_role: "admin",
    p_check: "replica_identity",
    p_query: "ana",
    p_description: "crafted",
    p_reference: "crafted",
    p_reason: "crafted",
    p_amount: 1000,
    p_dry_run: false,
    p_changes: { is_enabled: false, threshold: 7 },
    p_zone: "UTC",
  };
}

/** Requests with everything filled in; of an action, one for each thing that can be done. */
function requestsTo({ name, args }: Door, stock: Stock, isSupport: boolean): { name: string; args: Stock }[] {
  const filled = Object.fromEntries(args.map(({ name, type }) => [name, stock[name] ?? valueOf(type)]));
  if (name === "report") return [{ name, args: { p_name: "credit_drift", p_args: {} } }];
  if (name !== "act") return [{ name, args: filled }];
  return ACTIONS.filter((action) => !isSupport || !SUPPORT_MAY.includes(action)).flatMap((action) =>
    [
      { job_id: stock["p_job_id"] },
      { lane: "kie" },
      { user_id: stock["p_actor"], for: "1 hour" },
      { account_id: stock["p_account_id"], capacity: 99 },
      { job_id: stock["p_job_id"], resolved: "there" },
      { lane: "kie", priority: 10 },
    ].map((filter) => ({ name, args: { ...filled, p_action: action, p_filter: filter } }))
  );
}

function valueOf(type: string): unknown {
  switch (type) {
    case "uuid":
      return "00000000-0000-4000-8000-000000000000";
    case "jsonb":
      return {};
    case "integer":
    case "bigint":
      return 10;
    case "boolean":
      return false;
    case "date":
      return "2026-11-01";
    case "interval":
      return "1 day";
    case "timestamp with time zone":
      return new Date().toISOString();
    default:
      return "crafted";
  }
}

/** A digest of every table that an operator could change, by its name. */
async function digests(sql: postgres.Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and (n.nspname in ('public', 'private', 'ops', 'pgmq', 'cron') or
      (n.nspname, c.relname) in (('auth', 'users'), ('storage', 'objects'), ('vault', 'secrets')))
      and c.relname not in ('heartbeats', 'functions_seen', 'job_run_details') order by 1`;
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as digest from ${name} t`,
    );
    found[name] = row?.digest;
  }
  return found;
}
