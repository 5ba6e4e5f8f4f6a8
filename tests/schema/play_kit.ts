/** What the plays of endings share: a job in one of three lanes, and waiting until something of it is so. */
import { eventually } from "@esteira/local-supabase/testing";
import { createJob } from "../world/api.ts";
import type { Environment, User } from "../world/environment.ts";

/** A tool like `image` in each of these lanes, called `image_<lane>`. */
const LANES = ["kie", "fal", "replicate"] as const;
export type Lane = typeof LANES[number];

/** Brings the tools. */
export async function installTools({ sql }: Environment): Promise<void> {
  await sql`
    insert into public.tools
    select (jsonb_populate_record(t, jsonb_build_object('tool', 'image_' || l.lane, 'lane', l.lane,
      'settings', t.settings || '{"input_schema": {"type": "object"}}'))).*
    from public.tools t, unnest(${[...LANES]}::text[]) l (lane) where t.tool = 'image'`;
}

/** Creates a job in a lane. Returns its id. */
export async function create(
  environment: Environment,
  user: User,
  lane: Lane,
  prompt: string,
): Promise<string> {
  return (await createJob(environment, user, `image_${lane}`, { prompt })).id;
}

/** A job that runs has run out of time. */
export async function isPastDeadline({ sql }: Environment, id: string): Promise<void> {
  await sql`
    update public.jobs set deadline_at = clock_timestamp() - interval '1 second'
    where id = ${id} and status = 'processing'`;
}

/** Has a job's lane worked on until `isSo`. */
export async function until(
  environment: Environment,
  id: string,
  what: string,
  isSo: (environment: Environment) => Promise<boolean>,
): Promise<void> {
  await eventually(async () => {
    if (await isSo(environment)) return true;
    await environment.sql`select worker.wake(lane) from public.jobs where id = ${id}`;
    return undefined;
  }, { timeoutMs: 20_000, what });
}
