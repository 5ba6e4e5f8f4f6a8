/** Thousands of tasks at a provider, and the provider: it takes no time, and all of them run on. */
import type postgres from "postgres";
import { createJobs, receiveMany, setCapacity, submittedMany } from "../contenders/esteira.ts";

const LANE = "runninghub";
const TOOL = "webhook_bench";
const BATCH = 500;

/** A task of a job, and the secret of its callback. */
export interface Task {
  job: string;
  token: string;
}

/** A provider in RunningHub's words, every task of which runs. */
export function runningProvider(): { url: string; close(): Promise<void> } {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    await request.text();
    const isStatus = new URL(request.url).pathname.endsWith("/status");
    return Response.json(
      isStatus
        ? { code: 0, msg: "", data: "RUNNING" }
        : { code: 804, msg: "APIKEY_TASK_IS_RUNNING", data: null },
    );
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** Has the lane's account ask at `url`, and lets as many jobs be under way as there are to be. */
export async function prepare(sql: postgres.Sql, url: string, userId: string, most: number): Promise<void> {
  await sql`select ops.grant_credits(${userId}, 1000000)`;
  await sql`select ops.set_limit(p_limit => limit_name, p_maximum => null) from private.limits`;
  await sql`update private.lanes set max_active_per_user = null, max_waiting_per_user = null, rate_limit = null,
    rate_window = null where lane = ${LANE}`;
  await sql`update private.accounts set settings = settings || ${
    sql.json({ base_url: url })
  } where lane = ${LANE}`;
  await setCapacity(sql, LANE, most);
  await sql`insert into public.tools (tool, lane, titles, credit_cost, settings)
    values (${TOOL}, ${LANE}, '{"en": "Webhooks"}', 0, '{"input_schema": {"type": "object"}}') on conflict do nothing`;
}

/** Makes tasks that the provider has, of jobs of this user. */
export async function makeTasks(sql: postgres.Sql, userId: string, count: number): Promise<Task[]> {
  const tasks: Task[] = [];
  while (tasks.length < count) {
    await createJobs(sql, userId, TOOL, Math.min(BATCH, count - tasks.length));
    const messages = await receiveMany(sql, LANE, BATCH);
    if (messages.length === 0) throw new Error("The jobs have not started.");
    await submittedMany(sql, messages);
    for (const { queue, msg_id, item } of messages) {
      await sql`select pgmq.delete(queue_name => ${queue}, msg_id => ${msg_id}::bigint)`;
      tasks.push({ job: item.job.id, token: item.attempt.token });
    }
  }
  return tasks;
}

/** A webhook of a task that runs: news, and the engine asks the provider what there is to it. */
export function webhookOf(apiUrl: string, { job, token }: Task): { url: string; body: string } {
  return {
    url: `${apiUrl}/functions/v1/runninghub-webhook/${job}/${token}`,
    body: JSON.stringify({
      event: "TASK_STATUS",
      taskId: job,
      eventData: JSON.stringify({ status: "RUNNING" }),
    }),
  };
}
