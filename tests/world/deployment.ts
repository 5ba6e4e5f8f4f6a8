/** Esteira deployed somewhere on this machine, as those who use it see it: an address, keys, a database. */
import postgres from "postgres";
import type { Cluster } from "@esteira/local-supabase/postgres/cluster";
import { freePort } from "@esteira/local-supabase/ports";
import { readProject } from "@esteira/local-supabase/project";
import { startStack } from "@esteira/local-supabase/stack";
import { startRecorder } from "../../scripts/database/calls/recorder.ts";
import { SUPABASE } from "../../scripts/paths.ts";
import { supabase } from "../../scripts/database/supabase_cli.ts";

export interface Deployment {
  readonly apiUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Connection string as `postgres`. */
  readonly databaseUrl: string;
  /** Memory of the functions process in bytes, and how much of its work goes on after an answer; absent where it cannot be seen. */
  usage?(): Promise<{ rss: number; pending: number }>;
  /** A token of a user that is good for so many seconds; absent where the key is not ours. */
  tokenOf?(userId: string, seconds: number): Promise<string>;
  /** Ways to break it, for those who prove that it mends itself; absent where it is not ours to break. */
  readonly faults?: {
    /** Kills the functions process in the middle of whatever it does; another one follows. */
    killFunctions(): void;
    /** Ends the database server as a crash would, and starts it again. */
    crashDatabase(): Promise<void>;
    restartRealtime(): Promise<void>;
    restartGateway(): Promise<void>;
  };
  close(): Promise<void>;
}

export interface LocalOptions {
  /** Fixed ports; free ones when left out. */
  apiPort?: number;
  databasePort?: number;
  /** A database that runs already and holds Esteira, instead of a fresh one. */
  database?: Cluster;
  /** Whether what is committed survives a crash of the database server; slower. */
  durable?: boolean;
  /** File in which to note what the functions ask of the database (scripts/database/calls); ESTEIRA_RECORD_CALLS does so too. */
  recordCallsTo?: string;
  /** Called with each line that functions print. */
  onLog?: (line: string) => void;
  /** Further environment for the functions. */
  functionsEnv?: Record<string, string>;
  /** The schemas that the Data API exposes, instead of those of config.toml. */
  exposedSchemas?: string[];
}

/** Starts the local stack with the project in `supabase/` and sets the two Vault secrets as the README says. */
export async function startLocal(options: LocalOptions = {}): Promise<Deployment> {
  const apiPort = options.apiPort ?? freePort();
  const recorder = record(`http://127.0.0.1:${apiPort}`, options.recordCallsTo);
  const project = await readProject(SUPABASE);
  if (options.exposedSchemas) project.config.api.schemas = options.exposedSchemas;
  const stack = await startStack({
    project,
    ...options,
    apiPort,
    env: { ESTEIRA_RESULT_HOSTS: "127.0.0.1", ...options.functionsEnv, ...recorder?.env },
  });
  const { apiUrl, tokens, database, functions } = stack;
  await setSecrets(database.url(), apiUrl, tokens.secretKey);
  return {
    apiUrl,
    publishableKey: tokens.publishableKey,
    secretKey: tokens.secretKey,
    databaseUrl: database.url(),
    usage: () => functions.usage(),
    tokenOf: (userId, seconds) =>
      tokens.sign({ sub: userId, role: "authenticated", aud: "authenticated" }, seconds),
    faults: {
      killFunctions: () => Deno.kill(functions.pid, "SIGKILL"),
      crashDatabase: () => database.crash(),
      restartRealtime: () => stack.restartRealtime(),
      restartGateway: () => stack.restartGateway(),
    },
    async close() {
      await stack.close();
      await recorder?.close();
    },
  };
}

/** Has the functions go through a recorder, when somebody wants to know what they ask of the database. */
function record(apiUrl: string, file = Deno.env.get("ESTEIRA_RECORD_CALLS")) {
  if (!file) return undefined;
  const { url, close } = startRecorder(apiUrl, file);
  return { env: { SUPABASE_URL: url, ESTEIRA_PUBLIC_URL: apiUrl }, close };
}

/** Takes the stack that `supabase start` has started (Docker) for the same project. Closing it leaves it running. */
export async function connectSupabase(): Promise<Deployment> {
  const status: Record<string, string> = JSON.parse(await supabase("status", "--output", "json"));
  const need = (name: string) =>
    status[name] ?? (() => {
      throw new Error(`supabase status names no ${name}`);
    })();
  const databaseUrl = need("DB_URL");
  // Inside the containers the gateway has this name.
  await setSecrets(databaseUrl, "http://kong:8000", need("SECRET_KEY"));
  return {
    apiUrl: need("API_URL"),
    publishableKey: need("PUBLISHABLE_KEY"),
    secretKey: need("SECRET_KEY"),
    databaseUrl,
    close: () => Promise.resolve(),
  };
}

/** What wakes the worker from SQL: the project's address and the key to call it with. */
async function setSecrets(databaseUrl: string, projectUrl: string, workerKey: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select ops.set_secret('project_url', ${projectUrl}), ops.set_secret('worker_secret_key', ${workerKey})`;
  } finally {
    await sql.end();
  }
}
