/** Has the functions end attempts of which nobody knows whether they have a task, and then one whose cost is told. */
import { eventually } from "@esteira/local-supabase/testing";
import type { Environment, User } from "../world/environment.ts";
import { tellCosts } from "./kie_costs.ts";
import { create, isPastDeadline, type Lane, until } from "./play_kit.ts";

/** Each of them once. What takes minutes is made due by SQL. */
export async function doubts(environment: Environment, user: User): Promise<void> {
  const atKie = async () => {
    await lostAtKie(environment, user);
    await failedAtKie(environment, user);
  };
  const atReplicate = async () => {
    await lostAtReplicate(environment, user);
    await strangersAtReplicate(environment, user);
  };
  await Promise.all([atKie(), atReplicate()]);
}

/** KIE is down when it is submitted to, and lists no tasks: nobody ever learns whether it has one. */
async function lostAtKie(environment: Environment, user: User): Promise<void> {
  environment.kie.misbehave({ fault: { kind: "http_error", path: "submit", status: 503, times: 1 } });
  const id = await create(environment, user, "kie", "lost");
  await isInDoubt(environment, "kie");
  await until(environment, id, "an unknown submit", async ({ sql }) => {
    await isPastDeadline(environment, id);
    await sql`update pgmq.q_kie_queue set vt = clock_timestamp()`;
    return (await sql`select from public.jobs where id = ${id} and error_code = 'submit_unknown'`).length > 0;
  });
}

/** KIE answers again, and tells what a task has cost that failed. */
async function failedAtKie(environment: Environment, user: User): Promise<void> {
  const { kie, sql } = environment;
  const { url, close } = tellCosts(kie.url);
  try {
    await sql`
      update private.accounts set settings = settings || ${sql.json({ base_url: url })} where lane = 'kie'`;
    kie.misbehave({ fault: { kind: "fail" } });
    const id = await create(environment, user, "kie", "fails");
    await until(environment, id, "the cost of a failure", async () => {
      return (await sql`select from public.job_attempts where job_id = ${id} and cost > 0`).length > 0;
    });
  } finally {
    await close();
  }
}

/** The answer to a submit is lost, and the first webhook tells of a task that Replicate does not know. */
async function strangersAtReplicate(environment: Environment, user: User): Promise<void> {
  const { replicate } = environment;
  replicate.misbehave({ fault: { kind: "stray_webhook", says: "succeeded" } });
  replicate.misbehave({ fault: { kind: "slow", ms: 5_000 } });
  replicate.misbehave({
    fault: { kind: "http_error", path: "submit", status: 503, times: 1, accepted: true },
  });
  const id = await create(environment, user, "replicate", "a stranger's");
  await until(environment, id, "its own task to be found", async ({ sql }) => {
    await sql`update pgmq.q_settle_queue set vt = clock_timestamp() where message ->> 'job_id' = ${id}`;
    return (await sql`select from public.jobs where id = ${id} and status = 'completed'`).length > 0;
  });
  replicate.behave();
}

/** Replicate is looked through for a task of which it never told; then a webhook comes that names none. */
async function lostAtReplicate(environment: Environment, user: User): Promise<void> {
  environment.replicate.misbehave({ fault: { kind: "http_error", path: "submit", status: 503, times: 1 } });
  const id = await create(environment, user, "replicate", "lost");
  await isInDoubt(environment, "replicate");
  await environment.sql`
    update public.job_attempts set submit_until = clock_timestamp() - interval '1 minute' where job_id = ${id}`;
  const lookAgain = () => environment.sql`update pgmq.q_replicate_queue set vt = clock_timestamp()`;
  await until(environment, id, "a look for its task", async ({ sql }) => {
    await lookAgain();
    return (await sql`select from public.job_attempts where job_id = ${id} and nones > 0`).length > 0;
  });
  await environment.sql`update public.job_attempts set phase = 'settling' where job_id = ${id}`;
  await until(environment, id, "its submit to be left to settling", async ({ sql }) => {
    await lookAgain();
    return (await sql`select from pgmq.q_replicate_queue where message ->> 'job_id' = ${id}`).length === 0;
  });
}

/** Waits until the provider of a lane was submitted to in vain: that is noted before the submit is put off. */
async function isInDoubt({ sql }: Environment, lane: Lane): Promise<void> {
  await eventually(async () => {
    const [down] = await sql`select from private.lanes where lane = ${lane} and circuit_failures > 0`;
    return down ? true : undefined;
  }, { timeoutMs: 20_000, what: `a submit to ${lane} that is in doubt` });
}
