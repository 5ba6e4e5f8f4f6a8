/** The whole stack: a Supabase for one project, in this process and two others (Postgres, functions). */
import { join } from "node:path";
import { startAuth } from "./auth/service.ts";
import { startBackground } from "./background/service.ts";
import { makeRunDirectory } from "./cache.ts";
import { type FunctionsService, startFunctions } from "./functions/service.ts";
import { startGateway } from "./gateway.ts";
import { assertPortFree, freePort } from "./ports.ts";
import type { Cluster } from "./postgres/cluster.ts";
import { markDatabase } from "./postgres/marker.ts";
import { startDatabase } from "./postgres/template.ts";
import { parseSize, type Project } from "./project.ts";
import { startRealtime } from "./realtime/service.ts";
import { startRest } from "./rest/service.ts";
import { restartable } from "./restartable.ts";
import { startStorage } from "./storage/service.ts";
import { makeTokens, type Tokens } from "./tokens.ts";

export interface StackOptions {
  project: Project;
  /** Ports of the gateway and of Postgres; free ones when left out, as tests want it. */
  apiPort?: number;
  databasePort?: number;
  /** A database that runs already and holds the project; the stack stops it. When left out, one is made of the project. */
  database?: Cluster;
  /** Whether what is committed survives a crash of the database server; slower. */
  durable?: boolean;
  /** Environment of the functions. */
  env?: Record<string, string>;
  onLog?: (line: string) => void;
}

export interface Stack {
  readonly apiUrl: string;
  readonly tokens: Tokens;
  readonly database: Cluster;
  readonly functions: FunctionsService;
  /** Stops Realtime as a deployment does, and starts it again: its sockets are closed, what is said meanwhile is lost. */
  restartRealtime(): Promise<void>;
  /** Closes every connection of the gateway, has nothing listen there for a moment, and starts it again. */
  restartGateway(): Promise<void>;
  /** Stops everything and deletes the data. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the stack; resolves when every service answers. What had started is stopped when something fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { project, env = {}, onLog = () => {} } = options;
  const { api, auth: authConfig, storage: storageConfig } = project.config;
  if (options.apiPort) assertPortFree(options.apiPort, "API");
  if (options.databasePort) assertPortFree(options.databasePort, "database");
  const apiPort = options.apiPort ?? freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const tokens = await makeTokens();

  const closers: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () =>
    closing ??= (async () => {
      for (const closer of closers.toReversed()) {await closer().catch((error) =>
          console.error("[stack]", error)
        );}
    })();

  try {
    const files = await makeRunDirectory();
    closers.push(() => Deno.remove(files, { recursive: true }));
    const database = options.database ?? await startDatabase(project, {
      durable: options.durable ?? false,
      ...options.databasePort ? { port: options.databasePort } : {},
    });
    closers.push(() => database.stop());
    await markDatabase(database.url("supabase_admin"), project.directory);

    const services = [
      startRest({
        databaseUrl: database.url("authenticator"),
        tokens,
        schemas: api.schemas,
        extraSearchPath: api.extra_search_path,
        maxRows: api.max_rows,
      }),
      startAuth({
        databaseUrl: database.url("supabase_auth_admin"),
        tokens,
        issuer: `${apiUrl}/auth/v1`,
        jwtExpiry: authConfig.jwt_expiry,
      }),
      startStorage({
        databaseUrl: database.url("supabase_admin"),
        tokens,
        directory: join(files, "storage"),
        fileSizeLimit: parseSize(storageConfig.file_size_limit),
      }),
      restartable(() => startRealtime({ databaseUrl: database.url("supabase_admin"), tokens })),
      startFunctions({ project, tokens, apiUrl, databaseUrl: database.url(), env, onLog }),
    ] as const;
    // Where one does not start, the others may still be about to.
    for (const service of services) closers.push(() => service.then((it) => it.close(), () => {}));
    const [rest, auth, storage, realtime, functions] = await Promise.all(services);

    const open = () =>
      startGateway(apiPort, {
        "/rest/v1": rest,
        "/auth/v1": auth,
        "/storage/v1": storage,
        "/realtime/v1": realtime,
        "/functions/v1": functions,
      });
    let gateway = open();
    closers.push(() => stopServer(gateway));
    closers.push(() => functions.close());
    const background = await startBackground({ databaseUrl: database.url("supabase_admin") });
    closers.push(() => background.close());
    return {
      apiUrl,
      tokens,
      database,
      functions,
      restartRealtime: () => realtime.restart(),
      async restartGateway() {
        await realtime.restart(); // its sockets have gone through the gateway
        await stopServer(gateway);
        gateway = open();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Lets requests under way end, for a second; open sockets would otherwise keep a server up for ever. */
async function stopServer(server: Deno.HttpServer): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const timeout = setTimeout(timer.resolve, 1_000);
  await Promise.race([server.shutdown(), timer.promise]);
  clearTimeout(timeout);
}
