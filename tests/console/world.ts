/** A world for the console to show: jobs of every kind over thirty days, and all that comes of them. */
import postgres from "postgres";

const FOLDER = new URL("./world/", import.meta.url);

/** Schedules that beat and do nothing else. */
const IDLE =
  `update cron.job set command = format('update private.heartbeats set beat_at = now(), beats = beats + 1
  where name = %1$L or name in (select part from private.parts() where schedule = %1$L)', jobname)`;

/**
 * Fills a database that holds Esteira and its seed, at `url` as a superuser. Schedules do nothing from then on, so that
 * what is there stays as it is. The same `jobs` make the same world, but for the moment at which it ends.
 */
export async function fillWorld(url: string, jobs: number): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await sql.unsafe(IDLE); // by itself: whoever runs them is told by a trigger
    await sql.unsafe("begin; set local session_replication_role = replica; set local timezone = 'UTC'")
      .simple();
    for (const name of [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort()) {
      const text = await Deno.readTextFile(new URL(name, FOLDER));
      await sql.unsafe(text.replaceAll(/(?<!:):jobs\b/g, String(jobs))).simple();
    }
    await sql.unsafe("drop schema console_world cascade; commit").simple();
  } finally {
    await sql.end();
  }
}
