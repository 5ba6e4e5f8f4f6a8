/**
 * One PostgreSQL server on a data directory: make the directory, start it, stop it.
 *
 * The server runs in a process group of its own, so that Ctrl-C reaches the stack first and the server is stopped
 * last; and under a small shell that stops it when the stack's end of a pipe closes, so that it never outlives the
 * stack, not even one that was killed.
 */
import { join } from "node:path";
import { run } from "../command.ts";
import { giveToPostgres, postgresUser } from "./user.ts";

export interface Cluster {
  readonly port: number;
  readonly dataDir: string;
  /** Connection string as `user` (default `postgres`, who is no superuser; `supabase_admin` is one). */
  url(user?: string): string;
  /** Ends the server as a crash would, in the middle of whatever it does, and starts it again. Resolves when it accepts connections. */
  crash(): Promise<void>;
  /** Stops the server, ending open sessions. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  dataDir: string;
  port: number;
  /** false (default): fast and unsafe on power loss, right for development and tests; true: fsync and full WAL, for benchmarks. */
  durable?: boolean;
}

/** The server did not start; the message carries its log. */
export class ClusterError extends Error {
  readonly code = "postgres_did_not_start";
}

/** Makes a new data directory whose superuser is `supabase_admin`, as on hosted projects. */
export async function initCluster(binaries: string, dataDir: string): Promise<void> {
  await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
  await giveToPostgres(dataDir);
  const flags = ["-U", "supabase_admin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  await run(join(binaries, "bin/initdb"), ["-D", dataDir, ...flags], { ...await postgresUser(), cwd: "/" });
}

// Runs "$@" until it ends or standard input closes. A background command of a non-interactive shell has no standard
// input of its own, hence the detour by descriptor 3.
const GUARD = `exec 3<&0
"$@" & server=$!
( read -r _ <&3; kill -INT $server 2>/dev/null ) & guard=$!
wait $server; code=$?
kill $guard 2>/dev/null
exit $code`;

/** Starts the server and waits until it accepts connections. */
export async function startCluster(binaries: string, options: ClusterOptions): Promise<Cluster> {
  const { dataDir, port } = options;
  let server = await startServer(binaries, options);
  return {
    port,
    dataDir,
    url: (user = "postgres") => `postgresql://${user}:postgres@127.0.0.1:${port}/postgres`,
    async crash() {
      const postmaster = parseInt(await Deno.readTextFile(join(dataDir, "postmaster.pid")));
      Deno.kill(postmaster, "SIGQUIT"); // every process ends at once, without a checkpoint
      await server.ended;
      server = await startServer(binaries, options);
    },
    stop: () => server.stop(),
  };
}

/** A running server process. */
interface Server {
  /** Resolves when the process has ended and its log has been read. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

async function startServer(
  binaries: string,
  { dataDir, port, durable = false }: ClusterOptions,
): Promise<Server> {
  const settings: Record<string, string> = {
    unix_socket_directories: "",
    listen_addresses: "127.0.0.1",
    port: String(port),
    max_connections: "200",
    shared_buffers: "256MB",
    wal_level: "logical",
    shared_preload_libraries: "pg_stat_statements",
    timezone: "UTC",
    ...durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" },
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = new Deno.Command("sh", {
    args: ["-c", GUARD, "sh", join(binaries, "bin/postgres"), "-D", dataDir, ...args],
    ...await postgresUser(),
    cwd: "/",
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
    detached: true,
  }).spawn();

  const log: string[] = [];
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log.push(text);
      if (log.length > 500) log.shift();
      if (text.includes("ready to accept connections")) ready.resolve();
    }
    ready.reject(new ClusterError(`PostgreSQL did not start on port ${port}:\n${log.join("")}`));
  })();
  ready.promise.catch(() => {}); // a server that ends later has nobody waiting for this promise
  let isOver = false;
  const ended = child.status.then(async () => {
    isOver = true;
    await reading;
    await child.stdin.close().catch(() => {});
  });
  await ready.promise;
  return {
    ended,
    async stop() {
      if (!isOver) await child.stdin.close().catch(() => {});
      await ended;
    },
  };
}
