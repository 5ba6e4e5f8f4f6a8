/** What an operator may set, to see whether somebody has changed it. */
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

/** Rows by table. Without what differs between two worlds for other reasons: where the simulators are, ports, counters. */
export async function settingsOf(sql: postgres.Sql): Promise<Record<string, unknown[]>> {
  return {
    lanes: [...await sql`select * from private.lanes order by lane`],
    tools: [...await sql`select * from public.tools order by tool`],
    accounts: [
      ...await sql`
      select lane, name, secret_name, webhook_secret_name, settings - 'base_url' - 'jwks_url' as settings,
        (select count(*) from private.slots s where s.account_id = a.account_id) as slots
      from private.accounts a order by lane, name`,
    ],
    schedules: [...await sql`select jobname, schedule, command, active from cron.job order by jobname`],
    rules: [...await sql`select * from ops.alert_rules order by name`],
  };
}

/** As `settingsOf`, at an address. */
export async function settingsAt(url: string): Promise<Record<string, unknown[]>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await settingsOf(sql);
  } finally {
    await sql.end();
  }
}

/** The settings of a stack that nobody has touched. */
export async function shippedSettings(): Promise<Record<string, unknown[]>> {
  const cluster = await startDatabase(await readProject(SUPABASE));
  try {
    return await settingsAt(cluster.url());
  } finally {
    await cluster.stop();
  }
}
