/** Has the functions end attempts by a cancel, a deadline, and an output that is not taken; and forget one. */
import { callFunction } from "../world/api.ts";
import type { Environment, User } from "../world/environment.ts";
import { create, isPastDeadline, until } from "./play_kit.ts";

const TEN_MINUTES_MS = 600_000;

/** Each of them once, all at fal. */
export async function endings(environment: Environment, user: User): Promise<void> {
  await Promise.all([
    cancelled(environment, user),
    tooSlow(environment, user),
    ofTheWrongType(environment, user),
    forgotten(environment, user),
  ]);
}

/** What a task left at its provider is to be forgotten. */
async function forgotten(environment: Environment, user: User): Promise<void> {
  const id = await create(environment, user, "fal", "to be forgotten");
  await until(environment, id, "its task to be done", async ({ sql }) => {
    return (await sql`select from public.jobs where id = ${id} and status = 'completed'`).length > 0;
  });
  await environment.sql`select private.leave_forgets(array[${id}::uuid], clock_timestamp())`;
  await environment.sql`
    insert into private.doomed_files (owner_id, due_at) values (${crypto.randomUUID()}, clock_timestamp())`;
  await until(environment, id, "its provider to have forgotten", async ({ sql }) => {
    return (await sql`select from private.forgets where job_id = ${id}`).length === 0;
  });
}

/** fal is asked to stop a task, and does so a moment later. */
async function cancelled(environment: Environment, user: User): Promise<void> {
  environment.fal.misbehave({ contains: "cancelled", fault: { kind: "slow_cancel", ms: 100 } });
  const id = await run(environment, user, "cancelled");
  await callFunction(environment, `jobs/${id}`, { method: "DELETE", token: user.accessToken });
  await until(environment, id, "its task to be over", async ({ sql }) => {
    return (await sql`select from private.cancels where job_id = ${id} and over_at is null`).length === 0;
  });
}

async function tooSlow(environment: Environment, user: User): Promise<void> {
  const id = await run(environment, user, "too slow");
  await isPastDeadline(environment, id);
  await until(environment, id, "the deadline to pass", async ({ sql }) => {
    return (await sql`select from public.jobs where id = ${id} and error_code = 'deadline_exceeded'`).length >
      0;
  });
}

async function ofTheWrongType(environment: Environment, user: User): Promise<void> {
  environment.fal.misbehave({
    contains: "an archive",
    fault: { kind: "other_output", says: "zip", times: 9 },
  });
  const id = await create(environment, user, "fal", "an archive");
  await until(environment, id, "its output to be refused", async ({ sql }) => {
    return (await sql`select from public.jobs where id = ${id} and error_code = 'output_wrong_type'`).length >
      0;
  });
}

/** A job whose task runs at fal until somebody stops it. */
async function run(environment: Environment, user: User, prompt: string): Promise<string> {
  environment.fal.misbehave({ contains: prompt, fault: { kind: "slow", ms: TEN_MINUTES_MS } });
  const id = await create(environment, user, "fal", prompt);
  await until(environment, id, "its task to run", async ({ sql }) => {
    return (await sql`select from public.jobs where id = ${id} and current_step = 'running'`).length > 0;
  });
  return id;
}
