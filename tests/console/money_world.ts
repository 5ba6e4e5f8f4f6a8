/** The console over a small world of jobs, with an admin and somebody of support. */
import type postgres from "postgres";
import type { Person } from "../browser/app_world.ts";
import { buildConsole } from "../../scripts/local/app/build_app.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { fillWorld } from "./world.ts";

const JOBS = 600;

export interface MoneyWorld {
  readonly sql: postgres.Sql;
  /** Where the console is. */
  readonly url: string;
  readonly people: Readonly<Record<"admin" | "support", Person>>;
  close(): Promise<void>;
}

export async function startMoneyWorld(): Promise<MoneyWorld> {
  const [folder, environment] = await Promise.all([buildConsole(), startEnvironment()]);
  const { apiUrl, publishableKey, databaseUrl } = environment.deployment;
  await fillWorld(databaseUrl.replace("postgres:", "supabase_admin:"), JOBS);
  const people = {
    admin: await person(environment, "admin"),
    support: await person(environment, "support"),
  };
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

async function person(environment: Environment, role: string): Promise<Person> {
  const client = environment.anonymous();
  const words = { email: `${role}@example.com`, password: crypto.randomUUID() };
  const { data: { user, session }, error } = await client.auth.signUp(words);
  if (error || !user || !session) throw error ?? new Error("no session");
  await environment.sql`select ops.set_operator(${user.id}, ${role}, 'a test')`;
  return { ...words, client, userId: user.id, accessToken: session.access_token };
}
