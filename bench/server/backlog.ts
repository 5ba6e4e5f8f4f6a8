/** Backlogs: databases in which jobs wait for a slot. */
import { asSuperuser, connect, type Sql } from "./connection.ts";
import { createJob } from "../contenders/esteira.ts";
import { SLOTS, userId, USERS, WEBHOOK_LANE } from "./fixtures.ts";
import type { Server } from "./server.ts";

/** Gives every slot of the webhook lane a job, and leaves one more job waiting. */
export async function fillSlots(sql: Sql): Promise<void> {
  for (let i = 0; i <= SLOTS; i++) await createJob(sql, userId(i), WEBHOOK_LANE);
}

/**
 * Adds `count` waiting jobs to a lane, spread over all users behind those that wait already, where at least
 * one must. They are copies of a job that `create_job` made, in all but identity and place. Needs the superuser:
 * triggers are passed over, for speed.
 */
export async function addWaiting(superuser: Sql, count: number, lane = WEBHOOK_LANE): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into public.jobs
      select copy.*
      from (select * from public.jobs where lane = ${lane} and status = 'pending' limit 1) model
      cross join (select max(ticket) as ticket from public.jobs where lane = ${lane} and status = 'pending') last
      cross join generate_series(0, ${count}::integer - 1) n
      cross join lateral jsonb_populate_record(null::public.jobs, to_jsonb(model) || jsonb_build_object(
        'id', private.uuid_v7(),
        'user_id', ('00000000-0000-4000-8000-' || lpad((n % ${USERS}::integer)::text, 12, '0'))::uuid,
        'ticket', last.ticket + 1 + n / ${USERS}::integer)) copy`;
  });
}

/**
 * A database with every slot of the webhook lane taken and `count` jobs waiting, made at the first call. Whoever lets
 * the backlog grow asks for one under a name of their own.
 */
export async function waitingDatabase(server: Server, name: string, count: number): Promise<string> {
  const url = await server.database(`esteira_${name}_${count}`, "esteira");
  const superuser = connect(asSuperuser(url), 1);
  try {
    const [row] = await superuser<{ waiting: number }[]>`
      select count(*)::integer as waiting from public.jobs where status = 'pending'`;
    if (row?.waiting === 0) {
      await fillSlots(superuser);
      await addWaiting(superuser, count - 1);
      await superuser`vacuum (analyze) public.jobs`;
    }
  } finally {
    await superuser.end();
  }
  return url;
}
