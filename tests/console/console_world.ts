/** The console on a stack of its own, before a world of many jobs, with somebody of each role. */
import postgres from "postgres";
import { buildConsole } from "../../scripts/local/app/build_app.ts";
import { serveApp } from "../../scripts/local/app/serve_app.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { fillWorld } from "./world.ts";

export interface Person extends User {
  readonly email: string;
  readonly password: string;
}

export type Persona = "admin" | "support" | "stranger";

export interface ConsoleWorld {
  readonly environment: Environment;
  readonly sql: postgres.Sql;
  /** Where the console is. */
  readonly url: string;
  readonly people: Readonly<Record<Persona, Person>>;
  close(): Promise<void>;
}

/**
 * Starts it; a stranger is a user of the project without a role.
 * @param jobs how many the world has; 0: there is none, and the schedules run.
 */
export async function startConsoleWorld(jobs: number): Promise<ConsoleWorld> {
  const [folder, environment] = await Promise.all([buildConsole(), startEnvironment()]);
  const { apiUrl, publishableKey, databaseUrl } = environment.deployment;
  try {
    if (jobs > 0) await fillWorld(databaseUrl.replace("//postgres:", "//supabase_admin:"), jobs);
    const people = {
      admin: await person(environment, "admin@example.com", "admin"),
      support: await person(environment, "support@example.com", "support"),
      stranger: await person(environment, "stranger@example.com", null),
    };
    const console = serveApp(folder, { url: apiUrl, publishableKey, demoUser: null });
    const close = async () => {
      await console.close();
      await environment.close();
    };
    return { environment, sql: environment.sql, url: console.url, people, close };
  } catch (error) {
    await environment.close();
    throw error;
  }
}

async function person(environment: Environment, email: string, role: string | null): Promise<Person> {
  const client = environment.anonymous();
  const words = { email, password: crypto.randomUUID() };
  const { data: { user, session }, error } = await client.auth.signUp(words);
  if (error || !user || !session) throw error ?? new Error("no session");
  if (role) await environment.sql`select ops.set_operator(${user.id}, ${role}, 'a test')`;
  return { ...words, client, userId: user.id, accessToken: session.access_token };
}
