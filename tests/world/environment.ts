/**
 * A whole world on this machine: Esteira deployed, simulators in the providers' places, and users. The demo and the
 * end-to-end tests stand on it. With ESTEIRA_STACK=supabase it takes the stack of `supabase start` instead of its own.
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import type { Database } from "../../shared/database.types.ts";
import { connectSupabase, type Deployment, type LocalOptions, startLocal } from "./deployment.ts";
import { connectAccounts, type SimulatorOptions, type Simulators, startSimulators } from "./simulators.ts";

export type Client = SupabaseClient<Database>;

export interface User {
  client: Client;
  userId: string;
  accessToken: string;
}

export interface Environment extends Simulators {
  readonly deployment: Deployment;
  /** SQL as the operator: role postgres. */
  readonly sql: postgres.Sql;
  /** Makes a confirmed user with credits, and a client signed in as that user. */
  signUp(credits?: number): Promise<User>;
  /** A client with the publishable key and no user. */
  anonymous(): Client;
  close(): Promise<void>;
}

/** Starts everything; resolves when it answers. What had started is stopped when something fails. */
export async function startEnvironment(options: LocalOptions & SimulatorOptions = {}): Promise<Environment> {
  const inDocker = Deno.env.get("ESTEIRA_STACK") === "supabase";
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const host = inDocker ? { hostname: "0.0.0.0", publicHost: "host.docker.internal" } : {};
    const simulators = await startSimulators(options, host);
    closers.push(() => simulators.close());
    const deployment = inDocker ? await connectSupabase() : await startLocal(options);
    closers.push(() => deployment.close());
    const sql = postgres(deployment.databaseUrl, { max: 2, onnotice: () => {} });
    closers.push(() => sql.end({ timeout: 1 }));
    await connectAccounts(sql, simulators);

    const connect = (): Client => {
      const auth = { persistSession: false, autoRefreshToken: false };
      const client = createClient<Database>(deployment.apiUrl, deployment.publishableKey, { auth });
      closers.push(() => client.removeAllChannels());
      return client;
    };
    return {
      ...simulators,
      deployment,
      sql,
      close,
      anonymous: connect,
      signUp: (credits = 10) => signUp(connect(), sql, credits),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function signUp(client: Client, sql: postgres.Sql, credits: number): Promise<User> {
  const email = `${crypto.randomUUID()}@example.com`;
  const { data, error } = await client.auth.signUp({ email, password: crypto.randomUUID() });
  if (error || !data.session || !data.user) throw error ?? new Error("Signing up gave no session");
  if (credits > 0) await sql`select ops.grant_credits(${data.user.id}, ${credits}, 'demo')`;
  return { client, userId: data.user.id, accessToken: data.session.access_token };
}
