/** `/functions/v1`: starts the functions process (runtime.ts) and passes requests on to it. */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Project } from "../project.ts";
import type { Service } from "../service.ts";
import type { Tokens } from "../tokens.ts";

export interface FunctionsOptions {
  project: Project;
  tokens: Tokens;
  /** Base URL of the gateway, as functions are to see it. */
  apiUrl: string;
  databaseUrl: string;
  /** Further environment for the functions, over what `supabase/functions/.env` says. */
  env: Record<string, string>;
  /** Called with each line that functions print. */
  onLog: (line: string) => void;
}

export interface FunctionsService extends Service {
  /** Id of the process of the moment, for those who measure or kill it. */
  readonly pid: number;
  /** Memory in bytes and the number of unfinished waitUntil promises. */
  usage(): Promise<
    { rss: number; heapUsed: number; external: number; pending: number }
  >;
}

/** The functions process ended before it listened. */
export class FunctionsError extends Error {
  readonly code = "functions_did_not_start";
}

/**
 * Starts the process; resolves when it listens. Functions load at their first call. A process that is killed is
 * followed by another, as on hosted projects: what it was doing is lost, the next request finds a new one.
 */
export async function startFunctions(options: FunctionsOptions): Promise<FunctionsService> {
  const env = await environment(options);
  let isClosing = false;
  let current = await startProcess(options.project, env, options.onLog);
  let starting: Promise<void> = Promise.resolve();
  const follow = () =>
    void current.ended.then(() => {
      if (isClosing) return;
      starting = startProcess(options.project, env, options.onLog).then((next) => {
        current = next;
        follow();
      });
      starting.catch((error) => options.onLog(String(error)));
    });
  follow();

  return {
    get pid() {
      return current.pid;
    },
    async handle(request) {
      const url = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.delete("host");
      try {
        await starting;
        const target = current.address + url.pathname.replace(/^\/functions\/v1/, "") + url.search;
        return await fetch(target, {
          method: request.method,
          headers,
          body: request.body,
          redirect: "manual",
        });
      } catch {
        const message = "The functions process is not there";
        return Response.json({ code: "WORKER_ERROR", message }, { status: 503 });
      }
    },
    async usage() {
      return await (await fetch(`${current.address}/_runtime`)).json();
    },
    async close() {
      isClosing = true;
      await starting.catch(() => {});
      await current.close();
    },
  };
}

/** A functions process that listens. */
interface FunctionsProcess {
  readonly pid: number;
  readonly address: string;
  /** Resolves when it has ended and its output has been read. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

async function startProcess(
  project: Project,
  env: Record<string, string>,
  onLog: (line: string) => void,
): Promise<FunctionsProcess> {
  // The repository around the project: functions may import from all of it, packages included.
  const root = dirname(project.directory);
  const runtime = fileURLToPath(new URL("./runtime.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--no-prompt",
      "--unstable-no-legacy-abort", // a request's signal aborts when its client has gone, not at every answer
      "--allow-net=127.0.0.1,localhost",
      "--allow-env",
      "--allow-sys",
      // Relative to `cwd`: a comma in the flag separates paths, and the way to a checkout may have one in it.
      `--allow-read=.,${relative(root, dirname(runtime)) || "."}`,
      runtime,
    ],
    cwd: root,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true, // Ctrl-C reaches the stack, which then closes this process's standard input
  }).spawn();

  const listening = Promise.withResolvers<number>();
  const reading = Promise.all([
    eachLine(child.stdout, (line) => {
      const port = line.match(/^listening (\d+)$/)?.[1];
      if (port) listening.resolve(Number(port));
      else onLog(line);
    }),
    eachLine(child.stderr, onLog),
  ]);
  const ended = child.status.then(async ({ code }) => {
    listening.reject(new FunctionsError(`The functions process ended with code ${code}`));
    await reading;
    await child.stdin.close().catch(() => {});
  });
  listening.promise.catch(() => {});
  const port = await listening.promise;
  return {
    pid: child.pid,
    address: `http://127.0.0.1:${port}`,
    ended,
    async close() {
      await child.stdin.close().catch(() => {});
      const timer = setTimeout(() => {
        try {
          child.kill("SIGKILL");
        } catch (error) { // it has just ended by itself, and its end is not heard of yet
          if (!(error instanceof TypeError)) throw error;
        }
      }, 2_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * As hosted (https://supabase.com/docs/guides/functions/secrets): URLs, both generations of keys, the JWKS; then the
 * project's own .env; then `env`.
 */
async function environment(
  { project, tokens, apiUrl, databaseUrl, env }: FunctionsOptions,
): Promise<Record<string, string>> {
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_ANON_KEY: tokens.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: tokens.serviceRoleKey,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({
      default: tokens.publishableKey,
    }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: tokens.secretKey }),
    SUPABASE_JWKS: JSON.stringify(tokens.jwks),
    SB_REGION: "local",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    ...await dotEnv(join(project.directory, "functions/.env")),
    ...env,
    LOCAL_SUPABASE_RUNTIME: JSON.stringify({
      directory: join(project.directory, "functions"),
      functions: project.config.functions,
      jwks: tokens.jwks,
    }),
  };
}

async function dotEnv(path: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(path).catch(() => "");
  const lines = text.split("\n").map((line) => line.match(/^\s*([A-Z_][A-Z0-9_]*)\s*=\s*(.*?)\s*$/i));
  return Object.fromEntries(
    lines.flatMap((match) =>
      match?.[1] ? [[match[1], (match[2] ?? "").replace(/^(["'])(.*)\1$/, "$2")]] : []
    ),
  );
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  if (rest) onLine(rest);
}
