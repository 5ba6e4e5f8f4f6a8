/**
 * A database in which many jobs have ended: with their attempts, webhooks, charges and refunds, and some verdicts, over
 * the last thirty days but the last hours, as they would be there. Filled by set, so that a million take about a minute.
 */
import { addWaiting } from "./backlog.ts";
import { asSuperuser, connect, type Sql } from "./connection.ts";
import { complete, createJob, receive, submitted, webhook } from "../contenders/esteira.ts";
import { SLOTS, SYNC_LANE, userId, WEBHOOK_LANE } from "./fixtures.ts";
import type { Server } from "./server.ts";

/** Users of these databases: the first of them owns one job of five. */
export const OWNERS = 50_000;
/** Jobs that wait for a slot of the lane {@linkcode SYNC_LANE}, of which every slot is taken. */
export const WAIT = 1_000;
/** Finished jobs are added in batches of so many. */
const BATCH = 1_000_000;
/** How many finished jobs "none" are: those that fill a first page, all of the first owner. */
export const HARDLY_ANY = 100;

/** SQL for the id of user `n` (SQL too). */
const user = (n: string) => `('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;

/** The users that the fixtures do not have, with as many credits. */
const USERS = `
  insert into auth.users (id, email)
  select ${user("i")}, i || '@bench.test' from generate_series(1000, ${OWNERS} - 1) i;
  insert into public.credit_accounts (user_id, balance) select u.id, 1000000 from auth.users u
  where not exists (select from public.credit_accounts a where a.user_id = u.id);
  insert into public.credit_entries (user_id, kind, amount, balance_after)
  select u.id, 'grant', 1000000, 1000000 from auth.users u
  where not exists (select from public.credit_entries e where e.user_id = u.id);
  insert into private.tickets (lane, user_id, priority, last_ticket)
  select '${WEBHOOK_LANE}', id, 0, 1 from auth.users on conflict do nothing`;

/** Who had which job, and when: ids sort by time, as theirs do. One in twenty has failed. */
const copies = (from: number, to: number, of: number) => `
  create temporary table copies on commit drop as
  select n, at, at + interval '20 seconds' as ended, md5(r) as key, md5('t' || r)::uuid as token, user_id,
    n % 20 = 0 as is_failed,
    (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(md5(r), 3) || 'a'
      || substr(md5(r), 4, 15))::uuid as id
  from (
    select n, n || '-' || random() as r, now() - interval '29 days' * (1 - n::float8 / ${of}) - interval '3 hours' as at,
      case when n % 5 = 0 or ${of} = ${HARDLY_ANY} then ${user("0")}
        else ${user(`1 + (n::bigint * 7919) % ${OWNERS - 1}`)} end as user_id
    from generate_series(${from}, ${to}) n) numbered`;

/** What a copy of the model row has of its own, by table; all else is the model's. */
const COPIED: Record<string, { model: string; own: Record<string, string> }> = {
  "public.jobs": {
    model: "status = 'completed'",
    own: {
      id: "c.id",
      user_id: "c.user_id",
      created_at: "c.at",
      queued_at: "c.at",
      started_at: "c.at",
      completed_at: "c.ended",
      updated_at: "c.ended",
      request_id: "c.key",
      status: "case when c.is_failed then 'failed' else 'completed' end::public.job_status",
      current_step: "case when c.is_failed then 'failed' else 'completed' end::public.job_step",
      failed_at_step: "case when c.is_failed then 'running' end::public.job_step",
      error_code: "case when c.is_failed then 'provider_failed' end",
      error_message: "case when c.is_failed then 'The provider has failed.' end",
      output: "case when not c.is_failed then m.output end",
      output_url: "case when not c.is_failed then m.output_url end",
      output_bytes: "case when c.is_failed then 0 else m.output_bytes end",
      refund: "case when c.is_failed then 'paid' else 'none' end::public.job_refund",
    },
  },
  "public.job_attempts": {
    model: "outcome = 'succeeded'",
    own: {
      job_id: "c.id",
      user_id: "c.user_id",
      token: "c.token",
      external_id: "c.key",
      started_at: "c.at",
      submitted_at: "c.at",
      submitted_first_at: "c.at",
      submit_until: "c.at",
      word_at: "c.ended",
      finished_at: "c.ended",
      word: "case when c.is_failed then 'failed' else 'succeeded' end",
      outcome: "case when c.is_failed then 'failed' else 'succeeded' end",
    },
  },
  "private.webhook_events": {
    model: "true",
    own: {
      job_id: "c.id",
      user_id: "c.user_id",
      dedupe_key: "c.key",
      external_id: "c.key",
      received_at: "c.ended",
    },
  },
};

const LEDGER = `
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, created_at)
  select user_id, id, 'charge', -1, 999999, at from copies order by n;
  insert into public.credit_entries (user_id, job_id, kind, amount, balance_after, created_at)
  select user_id, id, 'refund', 1, 1000000, ended from copies where is_failed order by n;
  update public.credit_accounts a set balance = a.balance - spent.count
  from (select user_id, count(*) from copies where not is_failed group by user_id) spent
  where a.user_id = spent.user_id`;

/** One job of fifty took long, and somebody looked at it. */
const VERDICTS = `
  insert into private.verdicts (job_id, user_id, code, level, subject, clears, since, detail, evidence, seen_at,
    last_seen_at, until)
  select id, user_id, 'waiting_for_slot', 'wait', '${WEBHOOK_LANE}', 'by_itself', at, 'It waits for a slot.',
    '{"ahead": 12, "p90_seconds": 120, "slots": 50}', at + interval '5 seconds', ended, ended
  from copies where n % 50 = 0 order by n`;

/** Those that wait have waited for an hour, however long it took to fill the database. */
const AGE =
  `update public.jobs set created_at = now() - interval '1 hour' where status in ('pending', 'processing')`;

/** Adds `count` finished jobs, one of five the first owner's. Needs the superuser: triggers are passed over. */
export async function addFinished(superuser: Sql, count: number): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    await superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(copies(done + 1, Math.min(done + BATCH, count), count)).simple();
      for (const [table, { model, own }] of Object.entries(COPIED)) {
        const columns = await tx<{ name: string }[]>`
          select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0
            and not attisdropped and attidentity = '' and attgenerated = '' order by attnum`;
        const values = columns.map(({ name }) => own[name] ?? `m."${name}"`);
        await tx.unsafe(`
          insert into ${table} (${columns.map(({ name }) => `"${name}"`)}) select ${values}
          from copies c cross join (select * from ${table} where ${model} limit 1) m order by c.n`);
      }
      await tx.unsafe(LEDGER).simple();
      await tx.unsafe(VERDICTS);
    });
  }
}

/** One job is taken through its life, to be copied. */
async function liveOnce(sql: Sql): Promise<void> {
  await createJob(sql, userId(0), WEBHOOK_LANE);
  const message = await receive(sql, WEBHOOK_LANE);
  if (!message) throw new Error("no job was given a slot");
  await submitted(sql, message, "model");
  await complete(sql, await webhook(sql, message, "model"));
}

/**
 * A database of {@linkcode OWNERS} users and `count` finished jobs, beside which every slot of {@linkcode SYNC_LANE} is
 * taken and {@linkcode WAIT} jobs wait for one. Made at the first call of a name.
 */
export async function finishedDatabase(server: Server, name: string, count: number): Promise<string> {
  const url = await server.database(`esteira_${name}_${count}`, "esteira");
  const superuser = connect(asSuperuser(url), 1);
  try {
    const [row] = await superuser<{ is_made: boolean }[]>`select exists (select from public.jobs) as is_made`;
    if (row?.is_made) return url;
    const begun = performance.now();
    await superuser.unsafe(
      `set session_replication_role = replica; ${USERS}; set session_replication_role = origin`,
    )
      .simple();
    await liveOnce(superuser);
    await addFinished(superuser, count);
    for (let i = 0; i <= SLOTS; i++) await createJob(superuser, userId(i), SYNC_LANE);
    await addWaiting(superuser, WAIT - 1, SYNC_LANE);
    await superuser.unsafe(
      `set session_replication_role = replica; ${AGE}; set session_replication_role = origin`,
    )
      .simple();
    await superuser.unsafe("vacuum (analyze)");
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.error(`  ${count.toLocaleString("en")} finished jobs in ${seconds} s`);
  } finally {
    await superuser.end();
  }
  return url;
}
