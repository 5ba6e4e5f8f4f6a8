/** What Esteira's databases hold before a measure begins: users with credits, and two lanes with a tool each. */
import { createJob } from "./esteira.ts";
import { asSuperuser, connect, type Server, type Sql } from "./server.ts";

/** Users, all of them with more credits than they can spend. */
export const USERS = 1000;
/** Slots of each lane: more than there are connections at work, few enough to count at each create. */
export const SLOTS = 50;
/** Lane and tool whose results come by webhook; the tool takes no files, so nothing is looked up in Storage. */
export const WEBHOOK_LANE = "bench";
/** Lane and tool whose submit call answers with the result. */
export const SYNC_LANE = "bench_sync";

/** The id of user `index`, which may be any whole number from zero. */
export function userId(index: number): string {
  return `00000000-0000-4000-8000-${String(index % USERS).padStart(12, "0")}`;
}

/** SQL that makes the fixtures in a database with Esteira's migrations. */
export const FIXTURES = `
insert into auth.users (id, email)
select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, i || '@bench.test' from generate_series(0, ${USERS} - 1) i;
select ops.grant_credits(p_user_id => id, p_amount => 1000000) from auth.users;
select vault.create_secret('0123456789abcdef0123456789abcdef', 'bench');
${lane(WEBHOOK_LANE, "webhook")}
${lane(SYNC_LANE, "sync")}
`;

function lane(name: string, delivery: string): string {
  return `
select private.create_lane(p_lane => '${name}', p_provider => 'bench', p_delivery => '${delivery}');
select ops.add_account(p_lane => '${name}', p_name => 'bench', p_secret_name => 'bench', p_capacity => ${SLOTS});
insert into public.tools (tool, lane, titles, credit_cost) values ('${name}', '${name}', '{"en": "Benchmark"}', 1);`;
}

/** Gives every slot of the webhook lane a job, and leaves one more job waiting. */
export async function fillSlots(sql: Sql): Promise<void> {
  for (let i = 0; i <= SLOTS; i++) await createJob(sql, userId(i), WEBHOOK_LANE);
}

/**
 * Adds `count` waiting jobs to the webhook lane, spread over all users behind those that wait already, where at least
 * one must. They are copies of a job that `create_job` made, in all but identity and place. Needs the superuser:
 * triggers are passed over, for speed.
 */
export async function addWaiting(superuser: Sql, count: number): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into public.jobs
      select copy.*
      from (select * from public.jobs where lane = ${WEBHOOK_LANE} and status = 'pending' limit 1) model
      cross join (select max(ticket) as ticket from public.jobs where lane = ${WEBHOOK_LANE} and status = 'pending') last
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
