/** The console on a stack of its own, with somebody of each role, and screens that have told how changes reached them. */
import type postgres from "postgres";
import type { Person } from "../browser/app_world.ts";
import { buildConsole } from "../../scripts/local/app/build_app.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";

export interface MachineryWorld {
  readonly sql: postgres.Sql;
  /** Where the console is. */
  readonly url: string;
  readonly people: Readonly<Record<"admin" | "support" | "stranger", Person>>;
  close(): Promise<void>;
}

export async function startMachineryWorld(): Promise<MachineryWorld> {
  const [folder, environment] = await Promise.all([buildConsole(), startEnvironment()]);
  const { apiUrl, publishableKey } = environment.deployment;
  const people = {
    admin: await person(environment, "admin", "admin"),
    support: await person(environment, "support", "support"),
    stranger: await person(environment, "stranger", null),
  };
  await tellDeliveries(environment.sql);
  await environment.sql`select ops.grant_credits(${people.stranger.userId}, 100, 'a test')`;
  const app = serveApp(folder, { url: apiUrl, publishableKey, demoUser: null });
  return {
    sql: environment.sql,
    url: app.url,
    people,
    async close() {
      await app.close();
      await environment.close();
    },
  };
}

async function person(environment: Environment, name: string, role: string | null): Promise<Person> {
  const client = environment.anonymous();
  const words = { email: `${name}@example.com`, password: crypto.randomUUID() };
  const { data: { user, session }, error } = await client.auth.signUp(words);
  if (error || !user || !session) throw error ?? new Error("no session");
  if (role) await environment.sql`select ops.set_operator(${user.id}, ${role}, 'a test')`;
  return { ...words, client, userId: user.id, accessToken: session.access_token };
}

/** A day of three hundred screens: 15 of 16 changes by socket, the others later; and an hour in which the disk was full. */
async function tellDeliveries(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
    select gen_random_uuid(), date_trunc('hour', now(), 'UTC') - n % 24 * interval '1 hour', c.channel, 1, c.changes,
      c.terminal, c.missed, c.late, c.late_max_ms
    from generate_series(1, 300) n, (values
      ('realtime', 150, 30, 0, '{90,40,10,5,3,2,0,0,0,0,0,0}'::bigint[], 480),
      ('poll', 8, 2, 1, '{0,0,0,0,0,0,0,0,8,0,0,0}', 4800),
      ('snapshot', 2, 0, 0, '{0,0,0,0,0,0,0,0,0,0,2,0}', 42000)) c (channel, changes, terminal, missed, late, late_max_ms)`;
  await sql`
    insert into private.broadcast_failures (minute, cause, count, heard, message, topic, event, failed_at)
    values (date_trunc('minute', now() - interval '3 hours'), '53100', 12, 7, 'disk full', 'lane:fal', 'lane_moved',
      now() - interval '3 hours')`;
}
