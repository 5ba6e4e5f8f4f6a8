/** Histories: databases in which a million jobs have been, of which a hundred thousand wait. */
import { addWaiting, fillSlots } from "./backlog.ts";
import { asSuperuser, connect, type Sql } from "./connection.ts";
import { complete, receive } from "../contenders/esteira.ts";
import { USERS, WEBHOOK_LANE } from "./fixtures.ts";
import type { Server } from "./server.ts";

/**
 * Adds `count` jobs that have completed, with an attempt each, over the last thirty days: copies of one that did, in all
 * but identity and time. Needs the superuser: triggers are passed over, for speed.
 */
async function addCompleted(superuser: Sql, count: number): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      create temporary table copies on commit drop as
      select private.uuid_v7() as id, now() - (n % 43200) * interval '1 minute' as at,
        ('00000000-0000-4000-8000-' || lpad((n % ${USERS}::integer)::text, 12, '0'))::uuid as user_id
      from generate_series(1, ${count}::integer) n`;
    await tx`
      insert into public.jobs
      select job.* from (select j as model from public.jobs j where j.status = 'completed' limit 1) m, copies c,
      lateral jsonb_populate_record(m.model, jsonb_build_object('id', c.id, 'user_id', c.user_id, 'created_at', c.at,
        'queued_at', c.at, 'started_at', c.at, 'completed_at', c.at + interval '20 seconds')) job`;
    await tx`
      insert into public.job_attempts
      select attempt.* from (
        select a as model from public.job_attempts a where a.outcome = 'succeeded' limit 1) m, copies c,
      lateral jsonb_populate_record(m.model, jsonb_build_object('job_id', c.id, 'user_id', c.user_id,
        'token', gen_random_uuid(), 'started_at', c.at, 'finished_at', c.at + interval '20 seconds')) attempt`;
  });
}

/** A database of a million jobs: 900,000 have completed, every slot is taken, the others wait. Made at the first call. */
export async function millionDatabase(server: Server): Promise<string> {
  const url = await server.database("esteira_million", "esteira");
  const superuser = connect(asSuperuser(url), 1);
  try {
    const [row] = await superuser<{ jobs: number }[]>`select count(*)::integer as jobs from public.jobs`;
    if (row?.jobs === 0) {
      await fillSlots(superuser);
      const message = await receive(superuser, WEBHOOK_LANE);
      if (!message) throw new Error("no job was given a slot");
      await complete(superuser, message);
      await fillSlots(superuser);
      await addWaiting(superuser, 100_000);
      await addCompleted(superuser, 900_000);
      await superuser`vacuum (analyze) public.jobs`;
      await superuser`vacuum (analyze) public.job_attempts`;
      await superuser`select private.measure_paces()`;
    }
  } finally {
    await superuser.end();
  }
  return url;
}
