/** For the tests of Realtime: the service behind an HTTP server, a database with a few policies, and real clients. */
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import type { Cluster } from "../postgres/cluster.ts";
import { withPlatform } from "../testing.ts";
import { makeTokens, type Tokens } from "../tokens.ts";
import { startRealtime } from "./service.ts";

/** A running service and what a test does with it. */
export interface Realtime {
  /** `http://127.0.0.1:<port>` */
  url: string;
  tokens: Tokens;
  cluster: Cluster;
  /** As `postgres`. */
  sql: postgres.Sql;
  /** Ends the service early. */
  stop(): Promise<void>;
  /** An access token of user `sub`; `expiresIn` in seconds. */
  userToken(sub: string, expiresIn?: number): Promise<string>;
  /** A supabase-js client with this access token, or with the publishable key alone; disconnected at the end. */
  client(accessToken?: string): Promise<SupabaseClient>;
}

/** Two users. */
export const ALICE = "aaaaaaaa-0000-4000-8000-000000000000";
export const BOB = "bbbbbbbb-0000-4000-8000-000000000000";

// user:<id> is for its user to read; open:<…> for every user to read and write; broken:<…> has a policy that fails.
const POLICIES = `
create policy "users read their own topic" on realtime.messages for select to authenticated
using (realtime.topic() = 'user:' || (select auth.uid()));
create policy "everybody reads open topics" on realtime.messages for select to authenticated
using (realtime.topic() like 'open:%');
create policy "everybody writes open topics" on realtime.messages for insert to authenticated
with check (realtime.topic() like 'open:%');
create policy "a mistake" on realtime.messages for select to authenticated
using (case when realtime.topic() like 'broken:%' then realtime.topic()::integer = 1 else false end);`;

/** Runs `body` against a running service. */
export async function withRealtime(body: (realtime: Realtime) => Promise<void>): Promise<void> {
  await withPlatform(async (cluster) => {
    const tokens = await makeTokens();
    const sql = postgres(cluster.url(), {
      max: 3,
      backoff: () => 0.05,
      connect_timeout: 1,
      onnotice: () => {},
    });
    await sql.unsafe(POLICIES).simple();
    const service = await startRealtime({ databaseUrl: cluster.url("supabase_admin"), tokens });
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => service.handle(request),
    );
    const url = `http://127.0.0.1:${server.addr.port}`;
    const clients: SupabaseClient[] = [];
    let stopped: Promise<void> | undefined;
    const stop = () => stopped ??= service.close();
    const userToken = (sub: string, expiresIn = 3600) =>
      tokens.sign({ sub, role: "authenticated", aud: "authenticated" }, expiresIn);
    const client = async (accessToken?: string) => {
      const made = createClient(url, tokens.publishableKey, {
        auth: { persistSession: false, autoRefreshToken: false },
        ...accessToken && { accessToken: () => Promise.resolve(accessToken) },
      });
      clients.push(made);
      await made.realtime.setAuth(); // otherwise the first join may be sent before the token is there
      return made;
    };
    try {
      await body({ url, tokens, cluster, sql, stop, userToken, client });
    } finally {
      await Promise.all(clients.map((made) => made.realtime.disconnect()));
      await stop();
      await server.shutdown();
      await sql.end({ timeout: 0.2 });
    }
  });
}

/** Subscribes and resolves with the first status, and the error's message if there is one. */
export function subscribed(channel: RealtimeChannel): Promise<{ status: string; message?: string }> {
  return new Promise((resolve) =>
    channel.subscribe((status, error) => resolve({ status, ...error && { message: error.message } }))
  );
}

/** Collects what a channel receives under `event`, in order. */
export function collect(
  channel: RealtimeChannel,
  event = "*",
): { event: string; payload: Record<string, unknown>; meta?: Record<string, unknown> }[] {
  const received: ReturnType<typeof collect> = [];
  channel.on(
    "broadcast",
    { event },
    (message) => received.push(message as unknown as (typeof received)[number]),
  );
  return received;
}
