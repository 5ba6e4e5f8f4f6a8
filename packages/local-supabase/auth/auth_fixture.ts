/** For the tests of this folder: the service behind a real HTTP server, and supabase-js clients. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";
import { makeTokens, type Tokens } from "../tokens.ts";
import { startAuth } from "./service.ts";

/** Options of a test that fails when something is left open. */
export const NO_LEAKS = { sanitizeOps: true, sanitizeResources: true };

export interface Harness {
  /** `http://127.0.0.1:<port>` */
  url: string;
  issuer: string;
  tokens: Tokens;
  /** Connected as `postgres`, as migrations are. */
  sql: postgres.Sql;
  /** A client of its own, with the publishable key and no session yet. */
  client(): SupabaseClient;
  /** With the secret key. */
  admin: SupabaseClient;
  /** A bare request to `/auth/v1<path>` with the publishable key: its status and JSON. */
  send(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/**
 * Runs `tests`, each named by a sentence, as steps of `t`. They share one server, because starting one takes longer
 * than most of them, and each begins with no users and nothing in schema `public`.
 */
export async function withAuth(
  t: Deno.TestContext,
  tests: Record<string, (harness: Harness) => Promise<void>>,
): Promise<void> {
  await withPlatform(async (cluster) => {
    const tokens = await makeTokens();
    const issuer = "http://127.0.0.1:54321/auth/v1";
    const databaseUrl = cluster.url("supabase_auth_admin");
    const service = await startAuth({ databaseUrl, tokens, issuer, jwtExpiry: 3600 });
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, service.handle);
    const sql = postgres(cluster.url(), { max: 2, onnotice: () => {} });
    const url = `http://127.0.0.1:${server.addr.port}`;
    const options = {
      auth: { autoRefreshToken: false, persistSession: false },
      global: { fetch: fetchWhole },
    };
    try {
      const harness: Harness = {
        url,
        issuer,
        tokens,
        sql,
        client: () => createClient(url, tokens.publishableKey, options),
        admin: createClient(url, tokens.secretKey, options),
        async send(method, path, { body, headers } = {}) {
          const response = await fetch(`${url}/auth/v1${path}`, {
            method,
            headers: { apikey: tokens.publishableKey, ...headers },
            ...body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) },
          });
          const text = await response.text();
          return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
        },
      };
      for (const [name, fn] of Object.entries(tests)) {
        // The pools open connections as they need them; whether anything is left open, the whole test tells.
        const unwatched = { sanitizeOps: false, sanitizeResources: false };
        await t.step({ name, fn: () => fn(harness), ...unwatched });
        await sql.unsafe(`
          drop schema public cascade;
          create schema public;
          grant usage on schema public to public;
          delete from auth.users`);
      }
    } finally {
      await server.shutdown();
      await service.close();
      await sql.end();
    }
  });
}

// auth-js leaves bodies that it has no use for unread, which the runner's check for leaks would report.
async function fetchWhole(input: URL | RequestInfo, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const body = await response.bytes();
  return new Response(body.length === 0 ? null : body, response);
}

/** Status, code and message of an auth-js error. */
export function refusal({ error }: { error: unknown }): unknown[] {
  const { status, code, message } = error as Record<string, unknown>;
  return [status, code, message];
}

export const ANA = { email: "ana@example.com", password: "correct horse" };
