/** For this folder's tests: the service behind a real HTTP server, and supabase-js, unmodified, as its client. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";
import { makeTokens, type Tokens } from "../tokens.ts";
import { type RestOptions, startRest } from "./service.ts";

// The tests' tables have no generated types; the version is what those would carry.
// deno-lint-ignore no-explicit-any
type Database = { __InternalSupabase: { PostgrestVersion: "14" }; [schema: string]: any };

/** supabase-js, without knowledge of the tables. */
export type Client = SupabaseClient<Database>;

/** A running service and ways to talk to it. */
export interface RestStack {
  /** The service's base URL, without `/rest/v1`. */
  url: string;
  tokens: Tokens;
  /** The database as `postgres`, who owns the tests' tables. */
  sql: postgres.Sql;
  /** Without a token: as anon. */
  anon: Client;
  /** With the secret key: as service_role. */
  service: Client;
  /** As the user with this id. */
  user(id: string, claims?: Record<string, unknown>): Promise<Client>;
  /** A request that supabase-js would not make, as anon unless the headers say otherwise; `path` follows `/rest/v1`. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** The id of a user. */
export const ALICE = "00000000-0000-4000-8000-00000000000a";
/** The id of another user. */
export const BOB = "00000000-0000-4000-8000-00000000000b";

/** Runs `body` against a fresh database in which `schema` was run, and the service on a free port. */
export async function withRest(
  schema: string,
  body: (stack: RestStack) => Promise<void>,
  options: Partial<RestOptions> = {},
): Promise<void> {
  await withPlatform(async (cluster) => {
    const tokens = await makeTokens();
    const sql = postgres(cluster.url(), { max: 2, max_lifetime: null, onnotice: () => {} });
    try {
      await sql.unsafe(schema).simple();
      const service = await startRest({
        databaseUrl: cluster.url("authenticator"),
        tokens,
        schemas: ["public"],
        extraSearchPath: ["extensions"],
        maxRows: 1000,
        ...options,
      });
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, service.handle);
      try {
        await body(stackAt(`http://127.0.0.1:${server.addr.port}`, tokens, sql));
      } finally {
        await server.shutdown();
        await service.close();
      }
    } finally {
      await sql.end();
    }
  });
}

function stackAt(url: string, tokens: Tokens, sql: postgres.Sql): RestStack {
  return {
    url,
    tokens,
    sql,
    anon: clientOf(url, tokens.publishableKey),
    service: clientOf(url, tokens.secretKey),
    async user(id, claims = {}) {
      const token = await tokens.sign({ sub: id, role: "authenticated", ...claims }, 3600);
      return clientOf(url, tokens.publishableKey, token);
    },
    request: (path, { headers, ...init } = {}) =>
      fetch(`${url}/rest/v1${path}`, {
        ...init,
        headers: {
          apikey: tokens.publishableKey,
          ...init.body !== undefined ? { "content-type": "application/json" } : {},
          ...headers as Record<string, string>,
        },
      }),
  };
}

function clientOf(url: string, key: string, token?: string): Client {
  return createClient<Database>(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...token ? { accessToken: () => Promise.resolve(token) } : {},
  });
}
