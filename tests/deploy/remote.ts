/** A local stack in the role of a hosted project, the Management API before it, and `npm run deploy` against both. */
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "@esteira/local-supabase/ports";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import type { Cluster } from "@esteira/local-supabase/postgres/cluster";
import { readProject } from "@esteira/local-supabase/project";
import { startStack } from "@esteira/local-supabase/stack";
import { run } from "@esteira/local-supabase/command";
import { readRelease } from "../../scripts/deploy/release.ts";
import { readOutput } from "../../scripts/program/output.ts";
import { ROOT, SUPABASE } from "../../scripts/paths.ts";
import { startFront } from "./front.ts";
import { type Hosted, REF, TOKEN } from "./hosted.ts";
import { type ManagementApi, startManagementApi } from "./management_api.ts";

export interface Ended {
  readonly code: number;
  readonly text: string;
}

export interface Remote extends AsyncDisposable {
  readonly api: ManagementApi;
  /** SQL as the project's `postgres`. */
  readonly sql: postgres.Sql;
  readonly projectUrl: string;
  /** The environment that the command runs in. Tests set it otherwise. */
  readonly env: Record<string, string>;
  /** What each run that has come to its end has printed. */
  readonly printed: readonly string[];
  /** Runs the command to its end; `--project-ref` and `--project-url` are said already. */
  deploy(...options: string[]): Promise<Ended>;
  /** Starts it. */
  start(...options: string[]): Deno.ChildProcess;
}

export interface RemoteOptions {
  /** Nothing but the database is behind the project's address: enough for who does not come to its functions. */
  readonly withoutStack?: boolean;
  /** Every part of the schedules is run as soon as there are any, instead of when pg_cron comes to it. */
  readonly hurry?: boolean;
}

/** An empty project, and this checkout's files in a place of their own, so that no link of anybody's is touched. */
export async function startRemote(
  { withoutStack = false, hurry = false }: RemoteOptions = {},
): Promise<Remote> {
  await using stack = new AsyncDisposableStack();
  const place = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(place, { recursive: true }));
  await run("cp", ["-r", SUPABASE, join(ROOT, "shared"), place]);
  await Deno.remove(join(place, "supabase/.temp"), { recursive: true }).catch(() => {});

  const database = await startDatabase(EMPTY);
  stack.defer(() => database.stop());
  const admin = postgres(database.url("supabase_admin"), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create role "cli_login_postgres.${REF}" login in role postgres`);
  await admin.end();
  const sql = postgres(database.url(), { max: 2, onnotice: () => {} });
  stack.defer(() => sql.end({ timeout: 1 }));

  // The CLI tries a pooler's further hosts when it cannot reach the first, and takes port 5432 for that one alone.
  const poolerUrl =
    `postgresql://postgres.${REF}:[YOUR-PASSWORD]@pooler.example.invalid:5432,127.0.0.1:${database.port}/postgres`;
  const api = stack.use(startManagementApi(database.url(), poolerUrl));
  const projectUrl = `http://127.0.0.1:${freePort()}`;
  if (!withoutStack) stack.use(await startServices(projectUrl, database, api.hosted));

  if (hurry) stack.use(runSchedulesOnce(sql));
  const profile = join(place, "profile.yaml");
  await Deno.writeTextFile(
    profile,
    `name: local\napi_url: ${api.url}\ndashboard_url: ${api.url}\nproject_host: example.invalid\n`,
  );
  const env: Record<string, string> = {
    HOME: place,
    SUPABASE_HOME: place,
    SUPABASE_ACCESS_TOKEN: TOKEN,
    SUPABASE_PROFILE: profile,
    SUPABASE_WORKDIR: place,
    PGSSLMODE: "disable",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "", ".cache/deno"),
  };
  const start = (...options: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "scripts/deploy/deploy.ts"].concat(
        ["--project-ref", REF, "--project-url", projectUrl, ...options],
      ),
      cwd: ROOT,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const printed: string[] = [];
  const running = stack.move();
  return {
    api,
    sql,
    projectUrl,
    env,
    printed,
    start,
    async deploy(...options) {
      const child = start(...options);
      const output = readOutput(child);
      await output.done;
      printed.push(output.all);
      return { code: (await child.status).code, text: output.all };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What answers at the project's address: a stack whose functions know it by that address, with the project's keys. */
async function startServices(
  projectUrl: string,
  database: Cluster,
  hosted: Hosted,
): Promise<AsyncDisposable> {
  const project = await readProject(SUPABASE);
  const local = await startStack({
    project: { ...project, migrations: [], seed: "" },
    database,
    env: { SUPABASE_URL: projectUrl },
  });
  for (const key of hosted.apiKeys) {
    if (key.type === "secret") key.api_key = local.tokens.secretKey;
    if (key.type === "publishable") key.api_key = local.tokens.publishableKey;
  }
  const front = startFront(Number(new URL(projectUrl).port), local.apiUrl, hosted);
  return {
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await local.close();
    },
  };
}

/** Runs each schedule once, as soon as every migration is there. */
function runSchedulesOnce(sql: postgres.Sql): Disposable {
  const timer = setInterval(async () => {
    const { migrations } = await readRelease();
    const applied = await sql`select version from supabase_migrations.schema_migrations`.catch(() => []);
    if (applied.length < migrations.length) return;
    clearInterval(timer);
    await sql`select private.run(schedule) from (select distinct schedule from private.parts()) s`.catch(
      () => {},
    );
  }, 500);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
