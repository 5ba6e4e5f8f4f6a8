/** Gathers the evidence: from the database, from the simulators, and from Storage as the owners see it. */
import { createHash } from "node:crypto";
import type { Environment } from "../world/environment.ts";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import type { AttemptRow, Evidence, JobRow, Task } from "./evidence.ts";
import type { PlannedJob } from "./mixture.ts";
import { PROVIDERS } from "./scenarios/scenario.ts";

const AT_ONCE = 8;
const CALLBACK = /-webhook\/([0-9a-f-]{36})\/([0-9a-f-]{36})$/;

/** What the run itself knows. */
export type Known = Pick<Evidence, "keys" | "changes" | "ids" | "cancels" | "crashes"> & {
  readonly planned: readonly PlannedJob[];
  /** Access tokens of the users, by user id. */
  readonly tokens: ReadonlyMap<string, string>;
};

/** Reads everything; nothing may be under way any more. */
export async function gather(environment: Environment, { tokens, ...known }: Known): Promise<Evidence> {
  const { sql } = environment;
  const jobs = await sql<JobRow[]>`
    select id, idempotency_key, user_id, status, step_history, error_code, error_message, output, created_at,
      completed_at, deadline_at
    from public.jobs order by created_at`;
  const attempts = await sql<AttemptRow[]>`
    select job_id, attempt, token, external_id, outcome, coalesce((checkpoint ->> 'resubmits')::integer, 0) as resubmits,
      started_at, finished_at
    from public.job_attempts`;
  const drift =
    await sql`select coalesce(job_id::text, user_id::text) as whose, problem from ops.credit_drift()`;
  const charges = await sql`
    select job_id, count(*)::integer as n from public.credit_entries where kind = 'charge' group by job_id`;
  const [slots] = await sql`select count(*)::integer as busy from private.slots where job_id is not null`;
  const letters = await sql`select message ->> 'job_id' as job_id from pgmq.q_dead_letters`;
  const objects = await sql`select name from storage.objects where bucket_id = 'outputs'`;
  const broadcasts = await sql`select to_jsonb(f)::text as failure from private.broadcast_failures f`;
  return {
    ...known,
    jobs,
    attempts,
    tasks: tasksOf(environment),
    downloads: await download(environment, jobs, tokens),
    objects: objects.map(({ name }) => name),
    creditDrift: drift.map(({ whose, problem }) => `${whose}: ${problem}`),
    charges: new Map(charges.map(({ job_id, n }) => [job_id, n])),
    busySlots: slots?.busy ?? 0,
    queues: await queueLengths(environment),
    deadLetters: letters.map(({ job_id }) => job_id),
    broadcastFailures: broadcasts.map(({ failure }) => failure),
  };
}

/** How many messages there are in the queue of each lane and in the settle queue, visible or not. */
export async function queueLengths({ sql }: Environment): Promise<Map<string, number>> {
  const rows = await sql`
    select q.queue_name, (pgmq.metrics(q.queue_name)).queue_length::integer as n
    from (select queue_name from private.lanes union all select 'settle_queue') q`;
  return new Map(rows.map(({ queue_name, n }) => [queue_name, n]));
}

/** All tasks of all simulators. */
export function tasksOf(environment: Environment): Task[] {
  return PROVIDERS.flatMap((provider) =>
    environment[provider].tasks().map((view: TaskView): Task => {
      const [, jobId, token] = CALLBACK.exec(view.webhookUrl ?? "") ?? [];
      return {
        provider,
        id: view.id,
        jobId,
        token,
        outcome: view.outcome,
        outputs: view.outputs,
        wasHeard: view.webhooks.some(({ status, state }) => status !== "running" && state === "delivered"),
      };
    })
  );
}

async function download(
  { deployment }: Environment,
  jobs: readonly JobRow[],
  tokens: ReadonlyMap<string, string>,
): Promise<Map<string, { bytes: number; sha256: string }>> {
  const wanted = jobs.flatMap(({ user_id, output }) =>
    (output?.files ?? []).map(({ path }) => ({ path, token: tokens.get(user_id) }))
  );
  const found = new Map<string, { bytes: number; sha256: string }>();
  const next = wanted.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const { path, token } of next) {
      const response = await fetch(`${deployment.apiUrl}/storage/v1/object/authenticated/outputs/${path}`, {
        headers: { apikey: deployment.publishableKey, authorization: `Bearer ${token}` },
      });
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of response.body ?? []) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      if (response.ok) found.set(path, { bytes, sha256: hash.digest("hex") });
    }
  }));
  return found;
}
