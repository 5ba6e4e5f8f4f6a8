/** Gathers the evidence: from the database, from the simulators, and from Storage as the owners see it. */
import { createHash } from "node:crypto";
import type { Environment, User } from "../world/environment.ts";
import type { TaskView } from "@esteira/simulators/kit/task_view";
import { type Crew, LANE } from "./crew.ts";
import type { AttemptRow, CancelRow, Evidence, JobRow, Task } from "./evidence.ts";
import type { PlannedJob } from "./mixture.ts";
import { PROVIDERS, SIMULATED } from "./scenarios/scenario.ts";
import { readable, type Stolen } from "./thieves.ts";

const AT_ONCE = 8;
/** What the texts of a planned job look like. */
const TEXT = /^[a-z]+-[a-z0-9_]+-\d+$/;
const CALLBACK = /-webhook\/([0-9a-f-]{36})\/([0-9a-f-]{36})$/;

/** What the run itself knows. */
export type Known =
  & Pick<
    Evidence,
    "keys" | "changes" | "verdicts" | "ids" | "cancels" | "crashes" | "kills" | "outages" | "leavers"
  >
  & {
    readonly planned: readonly PlannedJob[];
    /** The users who are still there, by id. */
    readonly users: ReadonlyMap<string, User>;
    /** What was read during the run. */
    readonly stolen: readonly Stolen[];
    readonly crew: Crew;
  };

/** Reads everything; nothing may be under way any more. */
export async function gather(
  environment: Environment,
  { users, crew, ...known }: Known,
): Promise<Evidence> {
  const { sql } = environment;
  const jobs = await sql<JobRow[]>`
    select id, idempotency_key, user_id, status, step_history, error_code, error_message, output, created_at,
      completed_at, deadline_at, credits_charged, refund
    from public.jobs order by created_at`;
  const attempts = await sql<AttemptRow[]>`
    select job_id, attempt, token, external_id, outcome, error_code, submits, started_at, finished_at
    from public.job_attempts`;
  const outbox = await sql<CancelRow[]>`
    select token, job_id, user_id, reason, external_id, over_at, how, delivery = 'pull' as is_lease
    from private.cancels join private.lanes using (lane)`;
  const [repaired] = await sql`
    select coalesce(sum(count), 0)::integer as n from private.repairs where repair = 'tasks_unknown'`;
  const capacities = await sql`
    select lane, count(*)::integer as n from private.slots group by lane`;
  const drift =
    await sql`select coalesce(job_id::text, user_id::text) as whose, problem from ops.credit_drift()`;
  const entries = await sql`
    select job_id, kind, count(*)::integer as n from public.credit_entries
    where kind in ('charge', 'refund') group by job_id, kind`;
  const countOf = (wanted: string) =>
    new Map(entries.filter(({ kind }) => kind === wanted).map(({ job_id, n }) => [job_id, n]));
  const [slots] = await sql`select count(*)::integer as busy from private.slots where token is not null`;
  const letters = await sql`select job_id from ops.dead_letters`;
  const objects = await sql`select name from storage.objects where bucket_id = 'outputs'`;
  const broadcasts = await sql`select to_jsonb(f)::text as failure from private.broadcast_failures f`;
  return {
    ...known,
    jobs,
    attempts,
    tasks: withTokens(tasksOf(environment, crew), { ...known, jobs, attempts }),
    downloads: await download(environment, jobs, users),
    objects: objects.map(({ name }) => name),
    outbox,
    unknownRepairs: repaired?.n ?? 0,
    slots: new Map(
      PROVIDERS.map((provider) => [
        provider,
        capacities.find(({ lane }) => lane === (provider === "workers" ? LANE : provider))?.n ?? 0,
      ]),
    ),
    refunds: countOf("refund"),
    stolen: [...known.stolen, ...await steal(environment, jobs, users, objects.map(({ name }) => name))],
    creditDrift: drift.map(({ whose, problem }) => `${whose}: ${problem}`),
    charges: countOf("charge"),
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

/**
 * Where no webhook's address names job and attempt (OpenAI), the text names the job, and the first task is that of the
 * first attempt which was submitted, and so on.
 */
function withTokens(
  tasks: readonly Task[],
  { planned, keys, jobs, attempts }: Pick<Evidence, "planned" | "keys" | "jobs" | "attempts">,
): Task[] {
  const keyOf = new Map(planned.map(({ text }, index) => [text, keys[index]]));
  const jobOf = new Map(jobs.map(({ idempotency_key, id }) => [idempotency_key, id]));
  const seen = new Map<string, number>();
  return tasks.toSorted((a, b) => a.beganAt - b.beganAt).map((task) => {
    if (task.provider !== "openai") return task;
    const jobId = jobOf.get(keyOf.get(task.text ?? "") ?? "");
    if (jobId === undefined) return task;
    const place = seen.get(jobId) ?? 0;
    seen.set(jobId, place + 1);
    const submitted = attempts.filter(({ job_id, submits }) => job_id === jobId && submits > 0)
      .toSorted((a, b) => a.attempt - b.attempt);
    return { ...task, jobId, token: submitted[place]?.token };
  });
}

/** All tasks of all simulators, and what the workers outside did. */
export function tasksOf(environment: Environment, crew: Crew): Task[] {
  const simulated = SIMULATED.flatMap((provider) =>
    environment[provider].tasks().map((view: TaskView): Task => {
      const [, jobId, token] = CALLBACK.exec(view.webhookUrl ?? "") ?? [];
      return {
        provider,
        account: view.account,
        id: view.id,
        text: view.texts.find((text) => TEXT.test(text)),
        jobId,
        token,
        beganAt: view.createdAt.getTime(),
        endedAt: view.endedAt?.getTime() ?? null,
        outcome: view.outcome,
        outputs: view.outputs,
        wasHeard: view.webhooks.some(({ status, state, names }) =>
          status !== "running" && state === "delivered" && names === view.id
        ),
      };
    })
  );
  return [...simulated, ...crew.tasks];
}

/** What the owners of jobs that ended without a result can read of them. */
async function steal(
  environment: Environment,
  jobs: readonly JobRow[],
  users: ReadonlyMap<string, User>,
  objects: readonly string[],
): Promise<Stolen[]> {
  const stolen: Stolen[] = [];
  const next = jobs.filter(({ status }) => status !== "completed").values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const { id, user_id } of next) {
      const user = users.get(user_id);
      const folder = `${user_id}/${id}/`;
      const known = objects.filter((name) => name.startsWith(folder)).map((name) =>
        name.slice(folder.length)
      );
      if (!user) continue;
      for (const path of await readable(environment, user, id, known)) stolen.push({ jobId: id, path });
    }
  }));
  return stolen;
}

async function download(
  { deployment }: Environment,
  jobs: readonly JobRow[],
  users: ReadonlyMap<string, User>,
): Promise<Map<string, { bytes: number; sha256: string }>> {
  const wanted = jobs.flatMap(({ user_id, output }) =>
    (output?.files ?? []).map(({ path }) => ({ path, token: users.get(user_id)?.accessToken }))
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
