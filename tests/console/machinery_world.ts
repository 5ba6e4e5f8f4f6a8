/** The console over a stack that runs, before screens that have told how changes reached them. */
import type postgres from "postgres";
import { type ConsoleWorld, startConsoleWorld } from "./console_world.ts";

export async function startMachineryWorld(): Promise<ConsoleWorld> {
  const world = await startConsoleWorld(0);
  await tellDeliveries(world.sql);
  await world.sql`select ops.grant_credits(${world.people.stranger.userId}, 100, 'a test')`;
  return world;
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
