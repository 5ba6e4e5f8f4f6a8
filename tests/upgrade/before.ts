/**
 * Esteira before an upgrade: a database at the base's migrations, the simulators in the providers' places, and nobody
 * at work. What workers do, a test does here one call at a time, with the functions of the base's schema and the
 * providers' real code: so it can leave off anywhere.
 */
import postgres from "postgres";
import type { Cluster } from "@esteira/local-supabase/postgres/cluster";
import { startDatabase } from "@esteira/local-supabase/postgres";
import type { Migration } from "@esteira/local-supabase/postgres/migrations";
import { freePort } from "@esteira/local-supabase/ports";
import { type Message, message } from "../../supabase/functions/_shared/engine/work_item.ts";
import { providerNamed } from "../../supabase/functions/_shared/providers/registry.ts";
import type { Submitted } from "../../supabase/functions/_shared/engine/attempts.ts";
import { callbackUrl } from "../../supabase/functions/_shared/runtime/env.ts";
import { connectAccounts, type Simulators, startSimulators } from "../world/simulators.ts";

/** Arguments of an engine function by name. */
export type Arguments = Record<string, postgres.SerializableParameter | object>;

export interface Before {
  readonly cluster: Cluster;
  readonly simulators: Simulators;
  /** Where the API will be after the upgrade, and where providers call back. */
  readonly apiPort: number;
  /** SQL as the operator: role postgres. */
  readonly sql: postgres.Sql;
  /** Who has every job. */
  readonly userId: string;
  /** What a function of the schema returns, called by the names of its arguments; rows as JSON. */
  call(name: string, named: Arguments): Promise<unknown[]>;
  /** Creates a job and returns its id. */
  create(tool: string, input: Record<string, unknown>, more?: Arguments): Promise<string>;
  /** Leases the next message of a lane, as the worker function does. */
  receive(lane: string): Promise<Message>;
  /** Hands a received job to its provider, as the worker function does. `files`: how the submit names its files. */
  submit(received: Message, files?: Record<string, string[]>): Promise<Submitted>;
  /** Stops what was started; only where no upgrade has taken it over. */
  close(): Promise<void>;
}

/** Starts it. The seed gives each lane an account at its simulator. */
export async function startBefore(migrations: readonly Migration[], seed: string): Promise<Before> {
  const cluster = await startDatabase({ migrations: [...migrations], seed });
  const simulators = await startSimulators({ fal: { taskMs: 300 }, kie: { taskMs: 300 } });
  const sql = postgres(cluster.url(), { max: 2, onnotice: () => {} });
  const apiPort = freePort();
  Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${apiPort}`);
  await connectAccounts(sql, simulators);
  const userId = crypto.randomUUID();
  const admin = postgres(cluster.url("supabase_admin"), { max: 1 });
  await admin`insert into auth.users (id, email) values (${userId}, 'ana@example.com')`;
  await admin.end();

  const call: Before["call"] = async (name, named) => {
    const names = Object.keys(named);
    const query = `select to_jsonb(r) as r from ${name}(${
      names.map((n, i) => `${n} => $${i + 1}`).join(", ")
    }) r`;
    const values = Object.values(named).map((value) =>
      value !== null && typeof value === "object" ? sql.json(value as postgres.JSONValue) : value
    );
    return (await sql.unsafe(query, values as postgres.ParameterOrJSON<never>[])).map(({ r }) => r);
  };
  await call("ops.grant_credits", { p_user_id: userId, p_amount: 1000 });
  return {
    cluster,
    simulators,
    apiPort,
    sql,
    userId,
    call,
    async create(tool, input, more = {}) {
      const [job] = await call("public.create_job", {
        p_user_id: userId,
        p_tool: tool,
        p_input: input,
        ...more,
      });
      return (job as { id: string }).id;
    },
    async receive(lane) {
      const [received] = await call("worker.receive", { p_lane: lane, p_qty: 1 });
      return message.parse(received);
    },
    async submit(received, files = {}) {
      const { item, queue, msg_id } = received;
      const named = { p_job_id: item.job.id, p_token: item.attempt.token };
      await call("worker.checkpoint", { ...named, p_checkpoint: { files } });
      const url = callbackUrl(item.provider, item.job.id, item.attempt.token);
      const prepared = await providerNamed(item.provider).prepare(item, { callbackUrl: url, files });
      const answer = await prepared.send(AbortSignal.timeout(30_000));
      if (!("externalId" in answer)) throw new Error("The answer to a submit is an end, not a task");
      await call("worker.submitted", {
        ...named,
        p_external_id: answer.externalId,
        p_raw: answer.raw as object,
        p_details: answer.details,
        p_queue: queue,
        p_msg_id: msg_id,
        ...answer.checkpoint ? { p_checkpoint: answer.checkpoint } : {},
      });
      return answer;
    },
    async close() {
      await sql.end({ timeout: 1 });
      await simulators.close();
      await cluster.stop();
    },
  };
}
