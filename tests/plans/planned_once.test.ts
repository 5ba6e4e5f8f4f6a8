/**
 * What is called for each job is planned when a session first calls it, and not again at each call: of small statements
 * planning is most of what they cost. A plan that one function keeps is another's too, which may find its costs high
 * (`enable_seqscan = off`) and then make one of its own every time.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

/** Lives before it counts: PostgreSQL looks at five plans of a statement before it keeps one. */
const WARM = 8;
const LIVES = 10;

const USER = "00000000-0000-4000-8000-000000000001";
const OUTPUT = { files: [{ bucket: "outputs", path: "a.png", content_type: "image/png", bytes: 1 }] };

/** What pgmq makes anew at each call, for the name of its table is an argument. */
const OF_PGMQ = String.raw`pgmq\.(?:q_|set_vt)`;

/** A message as a worker is given it. */
interface Leased {
  queue: string;
  msg_id: string;
  item: { job: { id: string }; attempt: { token: string; external_id: string | null } };
}

type Life = (sql: postgres.Sql) => Promise<unknown>;

const create = async (sql: postgres.Sql, tool: string): Promise<Leased> => {
  const [row] = await sql<{ answer: { message: Leased } }[]>`
    select worker.create_job(p_user_id => ${USER}, p_tool => ${tool}, p_input => '{}') as answer`;
  assert.ok(row?.answer.message, "it starts at once");
  return row.answer.message;
};
const receive = async (sql: postgres.Sql, lane: string): Promise<Leased> => {
  const [message] = await sql<Leased[]>`
    select queue, msg_id, item from worker.receive(p_lane => ${lane}, p_qty => 1)`;
  assert.ok(message, "there is a message");
  return message;
};
const submit = async (sql: postgres.Sql, { queue, msg_id, item }: Leased): Promise<void> => {
  await sql`select worker.checkpoint(p_job_id => ${item.job.id}, p_token => ${item.attempt.token}, p_checkpoint => '{}',
    p_terms => '{"resubmit": "reconcile_only", "can_stop": true}', p_queue => ${queue}, p_msg_id => ${msg_id})`;
  await sql`select worker.submitted(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_external_id => ${item.job.id}, p_raw => '{}', p_queue => ${queue}, p_msg_id => ${msg_id})`;
};
const webhook = async (sql: postgres.Sql, { item }: Leased): Promise<Leased> => {
  const [row] = await sql<{ answer: { message: Leased } }[]>`
    select worker.webhook(p_provider => 'bench', p_dedupe_key => ${item.job.id}, p_job_id => ${item.job.id},
      p_token => ${item.attempt.token}, p_verified_by => 'token', p_headers => '{}', p_payload => '{}',
      p_word => 'succeeded', p_external_id => ${item.job.id}) as answer`;
  assert.ok(row?.answer.message, "it is to be settled");
  return row.answer.message;
};
const complete = async (sql: postgres.Sql, { queue, msg_id, item }: Leased): Promise<void> => {
  await sql`select worker.complete(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
    p_output => ${
    sql.json(OUTPUT)
  }, p_output_url => 'https://example.test/a.png', p_queue => ${queue}, p_msg_id => ${msg_id})`;
};

/** The ways that jobs go; the same statements stand in several of them. */
const LIVES_OF: Record<string, Life> = {
  async "created and leased in one, told by a webhook"(sql) {
    const message = await create(sql, "bench");
    await submit(sql, message);
    await complete(sql, await webhook(sql, message));
  },
  async "received, told by a webhook"(sql) {
    await sql`select id from public.create_job(p_user_id => ${USER}, p_tool => 'bench', p_input => '{}',
      p_caller_drains => true)`;
    const message = await receive(sql, "bench");
    await submit(sql, message);
    await complete(sql, await webhook(sql, message));
  },
  async "put off, and failed"(sql) {
    const { queue, msg_id, item } = await create(sql, "bench");
    await sql`select worker.defer(p_queue => ${queue}, p_msg_id => ${msg_id}, p_delay => '0')`;
    const again = await receive(sql, "bench");
    await sql`select worker.attempt_failed(p_job_id => ${item.job.id}, p_token => ${item.attempt.token},
      p_retry_class => 'never', p_error_code => 'no', p_error_message => 'No.', p_queue => ${queue}, p_msg_id => ${again.msg_id})`;
  },
  async "many together"(sql) {
    const jobs = Array.from({ length: 3 }, () => ({ tool: "bench_now", input: {} }));
    await sql`select count(*) from public.create_jobs(p_user_id => ${USER}, p_jobs => ${
      sql.json(jobs)
    }, p_caller_drains => true)`;
    const messages = await sql<Leased[]>`
      select queue, msg_id, item from worker.receive(p_lane => 'bench_now', p_qty => 3)`;
    assert.equal(messages.length, 3);
    const items = messages.map(({ queue, msg_id, item }) => ({
      queue,
      msg_id,
      job_id: item.job.id,
      token: item.attempt.token,
      external_id: item.job.id,
      output: OUTPUT,
    }));
    await sql`select count(*) from worker.submitted_many(${sql.json(items)})`;
    await sql`select count(*) from worker.complete_many(${sql.json(items)})`;
  },
  async "worked outside"(sql) {
    await sql`select id from public.create_job(p_user_id => ${USER}, p_tool => 'bench_outside', p_input => '{}')`;
    const [row] = await sql<{ item: Leased["item"] }[]>`
      select claim as item from worker.claim(p_lane => 'bench_outside', p_worker => 'one')`;
    assert.ok(row, "it is to be had");
    const { job, attempt } = row.item;
    await sql`select worker.heartbeat(p_job_id => ${job.id}, p_token => ${attempt.token}, p_progress => 50::smallint)`;
    await sql`select worker.complete(p_job_id => ${job.id}, p_token => ${attempt.token}, p_output => ${
      sql.json(OUTPUT)
    },
      p_output_url => 'https://example.test/a.png')`;
  },
  async "cancelled, and asked about"(sql) {
    const { item } = await create(sql, "bench");
    await sql`select worker.webhook_account(p_provider => 'bench', p_job_id => ${item.job.id}, p_token => ${item.attempt.token})`;
    await sql`select worker.next_look('bench')`;
    await sql`select count(*) from worker.receive_cancels()`;
    await sql`select public.queue_position(${item.job.id})`;
    await sql`select id from public.cancel_job(${item.job.id})`;
    await sql`select private.dispatch('bench', false)`;
  },
};

Deno.test("what is called for each job is planned once in a session", async () => {
  const cluster = await startDatabase(await readProject(SUPABASE));
  const superuser = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
  const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
  try {
    await superuser.unsafe(`
      create extension if not exists pg_stat_statements with schema extensions;
      alter database postgres set pg_stat_statements.track = 'all';
      alter database postgres set pg_stat_statements.track_planning = on`).simple();
    await sql.unsafe(`
      insert into auth.users (id, email) values ('${USER}', 'ana@example.test');
      select private.create_lane('bench', 'bench'), private.create_lane('bench_now', 'bench', 'sync'),
        private.create_lane('bench_outside', 'bench', 'pull');
      select ops.add_account('bench', 'one', null, 5), ops.add_account('bench_now', 'one', null, 5),
        ops.add_account('bench_outside', 'one', null, 5);
      insert into public.tools (tool, lane, titles, credit_cost) values
        ('bench', 'bench', '{"en": "Bench"}', 1), ('bench_now', 'bench_now', '{"en": "Bench"}', 1), ('bench_outside', 'bench_outside', '{"en": "Bench"}', 1);
      select ops.set_limit(limit_name, null) from private.limits;
      update private.lanes set max_refunds_per_user = null where true;
      select ops.grant_credits('${USER}', 1000)`).simple();
    // Of small tables that it knows, the planner would read the whole.
    await superuser`analyze`;
    const round = async () => {
      for (const life of Object.values(LIVES_OF)) await life(sql);
    };
    for (let n = 0; n < WARM; n++) await round();
    await superuser`select extensions.pg_stat_statements_reset()`;
    for (let n = 0; n < LIVES; n++) await round();
    const planned = await superuser<{ plans: number; calls: number; query: string }[]>`
      select plans::integer, calls::integer, query from extensions.pg_stat_statements
      where not toplevel and plans >= ${LIVES} and query !~ ${OF_PGMQ} order by total_plan_time desc`;
    assert.deepEqual(
      planned.map(({ plans, calls, query }) =>
        `${plans} of ${calls}: ${query.replaceAll(/\s+/g, " ").slice(0, 160)}`
      ),
      [],
    );
    const [seen] = await superuser<{ statements: number; anew: number }[]>`
      select count(*)::integer as statements,
        count(*) filter (where plans >= ${LIVES} and query ~ ${OF_PGMQ})::integer as anew
      from extensions.pg_stat_statements where not toplevel and calls >= ${LIVES}`;
    assert.ok((seen?.statements ?? 0) > 100, `of ${seen?.statements} statements it was seen`);
    assert.ok(
      (seen?.anew ?? 0) > 0,
      "plans were counted: those of pgmq, which are made anew, are among them",
    );
  } finally {
    await sql.end();
    await superuser.end();
    await cluster.stop();
  }
});
