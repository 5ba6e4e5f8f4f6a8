/** The console before a world of jobs, and one job whose payload is known. */
import type postgres from "postgres";
import { type ConsoleWorld, startConsoleWorld } from "./console_world.ts";

const JOBS = 3_000;
/** No JavaScript number holds it. */
export const SEED = "9007199254740993777";

export interface JobsWorld extends ConsoleWorld {
  /** A job that failed in its second attempt, the newest of all. */
  readonly failed: string;
}

export async function startJobsWorld(): Promise<JobsWorld> {
  const world = await startConsoleWorld(JOBS);
  return { ...world, failed: await failTwice(world.sql, world.people.stranger.userId) };
}

/** A job in a lane of its own whose first task failed and was tried again, and whose second failed for good. */
async function failTwice(sql: postgres.Sql, userId: string): Promise<string> {
  await sql`select private.create_lane('fragile', 'fragile'), ops.add_account('fragile', 'main', null, 1)`;
  await sql`update private.lanes set backoff_base = '1 millisecond', backoff_max = '1 millisecond' where lane = 'fragile'`;
  await sql`insert into public.tools (tool, lane, titles, max_attempts) values ('fragile', 'fragile', '{"en": "Fragile"}', 2)`;
  await sql`select ops.grant_credits(${userId}, 100, 'a test')`;
  const input = `{"prompt": "um segredo 100%_certo", "seed": ${SEED}}`;
  const [job] = await sql`select id from public.create_job(${userId}, 'fragile', ${input}::text::jsonb)`;
  const id: string = job?.["id"];
  for (const [n, retry] of [["1", "backoff"], ["2", "never"]] as const) {
    await sql`select private.tick(), private.dispatch('fragile')`;
    const [attempt] =
      await sql`select token from public.job_attempts where job_id = ${id} order by attempt desc limit 1`;
    const token = attempt?.["token"];
    await sql`select worker.checkpoint(${id}, ${token}, '{}')`;
    await sql`select worker.submitted(${id}, ${token}, ${`task-${n}`}, '{"code": 0}')`;
    await sql`select worker.attempt_failed(${id}, ${token}, ${retry}, 'brittle', 'It broke')`;
  }
  return id;
}
