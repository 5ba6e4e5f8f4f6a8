/**
 * The documents' own design, called as their code calls it: a statement and a transaction for each `await supabase…`. Its
 * worker reads the queue when there is something in it; that pg_cron would have it wait up to ten seconds is left out.
 */
import type { Sql } from "../../server/connection.ts";
import { platformDatabase } from "../../server/platform.ts";
import { INPUT, OUTPUT, OUTPUT_URL } from "../esteira.ts";
import { claimNext, type Design, runScripts, STEPS, type Timed } from "./design.ts";

interface Message {
  msg_id: string;
  message: { job_id: string };
}

const PRICE = 1;
const MAX_CONCURRENT = 50;

export const documentsDesign: Design = {
  name: "the documents' own design",
  lacks: ["charges"],
  doesNot:
    "a ledger; webhooks once; a step in one transaction; limits that hold; a fair order; a fence against late workers",
  async open(server) {
    const url = await platformDatabase(server, "equal_documents");
    await runScripts(url, ["documents_design.sql"]);
    return {
      url,
      live,
      work: `
        with told as (
          select payload #>> '{record,id}' as id, count(*) as told from realtime.messages group by 1)
        select j.status = 'completed' and j.output_url is not null as is_over,
          (select count(distinct e ->> 'step') from jsonb_array_elements(j.step_history) e
            where e ->> 'step' = any('{${STEPS}}')) as steps,
          0 as charges, (j.raw_webhook_payload is not null)::integer as webhooks, coalesce(t.told, 0) as told
        from public.upscaler_jobs j left join told t on t.id = j.id::text`,
      money: `
        select sum(balance) = 1000000 * count(*) - (select count(*) from public.upscaler_jobs) as is_paid
        from public.user_credits`,
    };
  },
};

async function live(sql: Sql, user: string, timed: Timed): Promise<void> {
  await timed("create", () => create(sql, user));
  const { msg_id, message: { job_id: id } } = await timed("claim", () => claim(sql));
  const taskId = crypto.randomUUID();
  await timed("submitted", () => submitted(sql, id, taskId));
  await timed("webhook", () => webhook(sql, id, taskId));
  await timed("complete", () => complete(sql, id, msg_id));
}

/** Document 004's `logStep()`. */
async function logStep(sql: Sql, id: string, step: string, details: object = {}): Promise<void> {
  const entry = { step, timestamp: new Date().toISOString(), ...details };
  await sql`
    update public.upscaler_jobs
    set current_step = ${step}, step_history = step_history || ${
    sql.json([entry] as never)
  }::jsonb where id = ${id}`;
}

async function create(sql: Sql, user: string): Promise<void> {
  const inserted = [{ step: "insert", timestamp: new Date().toISOString() }];
  const [job] = await sql<{ id: string }[]>`
    insert into public.upscaler_jobs (user_id, tool, content, current_step, step_history)
    values (${user}, 'bench', ${sql.json(INPUT)}, 'insert', ${sql.json(inserted)}) returning *`;
  const id = job!.id;
  const [credits] = await sql`select public.consume_credits(${user}::uuid, ${PRICE}) as balance`;
  await logStep(sql, id, "credits", { cost: PRICE, newBalance: credits?.["balance"] });
  await sql`select pgmq.send('jobs_queue', ${sql.json({ job_id: id })})`;
  await logStep(sql, id, "queued");
}

async function claim(sql: Sql): Promise<Message> {
  const message = await claimNext(async () => {
    const [read] = await sql<Message[]>`select msg_id, message from pgmq.read('jobs_queue', 1800, 1)`;
    return read;
  });
  const [running] = await sql<{ count: number }[]>`
    select count(*)::integer as count from public.upscaler_jobs where status = 'processing'`;
  const globalRunning = running?.count ?? 0;
  const { message: { job_id: id } } = message;
  await logStep(sql, id, "queue_check", { slotsAvailable: MAX_CONCURRENT - globalRunning, globalRunning });
  await sql`update public.upscaler_jobs set status = 'processing', started_at = now() where id = ${id}`;
  await logStep(sql, id, "starting", { accountName: "bench" });
  return message;
}

async function submitted(sql: Sql, id: string, taskId: string): Promise<void> {
  await sql`
    update public.upscaler_jobs
    set task_id = ${taskId}, raw_api_response = ${sql.json({ code: 0, data: { taskId } })} where id = ${id}`;
  await logStep(sql, id, "running", { taskId });
}

async function webhook(sql: Sql, id: string, taskId: string): Promise<void> {
  const payload = sql.json({ event: "TASK_END", taskId });
  await sql`update public.upscaler_jobs set raw_webhook_payload = ${payload} where id = ${id}`;
  await logStep(sql, id, "webhook_received", { event: "TASK_END" });
}

async function complete(sql: Sql, id: string, messageId: string): Promise<void> {
  await sql`
    update public.upscaler_jobs
    set status = 'completed', current_step = 'completed', completed_at = now(), output_url = ${OUTPUT_URL},
      platform_response = ${sql.json(OUTPUT)} where id = ${id}`;
  await logStep(sql, id, "completed", { outputUrl: OUTPUT_URL });
  await sql`select pgmq.delete('jobs_queue', ${messageId}::bigint)`;
}
