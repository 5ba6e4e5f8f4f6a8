/** The console on a stack of its own, with a world of jobs, somebody of each role, and one job whose payload is known. */
import type postgres from "postgres";
import { buildConsole } from "../../scripts/local/app/build_app.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import type { Person } from "../browser/app_world.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { fillWorld } from "./world.ts";

const JOBS = 3_000;
/** No JavaScript number holds it. */
export const SEED = "9007199254740993777";

export interface JobsWorld {
  readonly sql: postgres.Sql;
  readonly url: string;
  readonly people: Readonly<Record<"admin" | "support" | "stranger", Person>>;
  /** A job that failed in its second attempt, the newest of all. */
  readonly failed: string;
  close(): Promise<void>;
}

export async function startJobsWorld(): Promise<JobsWorld> {
  const [folder, environment] = await Promise.all([buildConsole(), startEnvironment()]);
  const { apiUrl, publishableKey, databaseUrl } = environment.deployment;
  const { sql } = environment;
  await fillWorld(databaseUrl.replace("//postgres:", "//supabase_admin:"), JOBS);
  const people = {
    admin: await person(environment, "jobs.admin", "admin"),
    support: await person(environment, "jobs.support", "support"),
    stranger: await person(environment, "jobs.stranger", null),
  };
  const failed = await failTwice(sql, people.stranger.userId);
  const app = serveApp(folder, { url: apiUrl, publishableKey, demoUser: null });
  return {
    sql,
    url: app.url,
    people,
    failed,
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
