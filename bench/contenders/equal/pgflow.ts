/**
 * pgflow (https://github.com/pgflow-dev/pgflow) by its SQL functions, called as its SQL client calls them: a flow of two
 * steps, the first submits and the second stores the result. It knows no webhook: the second step can be claimed as soon
 * as the first is completed, as if the provider had answered by then; and no credits. Its worker polls inside the
 * database; here it reads without waiting.
 */
import type { Sql } from "../../server/connection.ts";
import { connect } from "../../server/connection.ts";
import { platformDatabase } from "../../server/platform.ts";
import { INPUT, OUTPUT } from "../esteira.ts";
import { listPeerFiles, readPeerFile } from "../install.ts";
import { claimNext, type Design, type Timed } from "./design.ts";

interface Task {
  run_id: string;
  step_slug: "submit" | "settle";
  task_index: number;
}

const MIGRATIONS = "@pgflow/core/dist/supabase/migrations";
const WORKER = "00000000-0000-4000-9000-000000000000";

export const pgflowDesign: Design = {
  name: "pgflow, a flow of two steps",
  lacks: ["steps", "charges", "webhooks"],
  doesNot:
    "credits, a ledger, webhooks, steps but its own two; limits; a fair order; a fence against late workers",
  async open(server) {
    const url = await platformDatabase(server, "equal_pgflow");
    await install(url);
    return {
      url,
      live,
      work: `
        with told as (select topic, count(*) as told from realtime.messages group by 1)
        select r.status = 'completed' and r.output is not null as is_over, 0 as steps, 0 as charges, 0 as webhooks,
          coalesce(t.told, 0) as told
        from pgflow.runs r left join told t on t.topic = 'pgflow:run:' || r.run_id`,
      money: "select true as is_paid",
    };
  },
};

async function install(url: string): Promise<void> {
  const sql = connect(url, 1);
  try {
    const names = (await listPeerFiles(MIGRATIONS)).filter((name) => name.endsWith(".sql")).sort();
    if (names.length === 0) throw new Error("@pgflow/core is not installed, or without its migrations");
    for (const name of names) {
      await sql.unsafe(await readPeerFile(`${MIGRATIONS}/${name}`) ?? "").simple();
    }
    await sql`select pgflow.create_flow('bench')`;
    await sql`
      insert into pgflow.workers (worker_id, queue_name, function_name) values (${WORKER}, 'bench', 'bench')`;
    await sql`select pgflow.add_step('bench', 'submit')`;
    await sql`select pgflow.add_step('bench', 'settle', array['submit'])`;
  } finally {
    await sql.end();
  }
}

async function live(sql: Sql, _user: string, timed: Timed): Promise<void> {
  await timed("create", () => sql`select * from pgflow.start_flow('bench', ${sql.json(INPUT)})`);
  // Two tasks are due for each life, and whoever claims one does what it asks for.
  for (let i = 0; i < 2; i++) {
    const task = await timed(
      ({ step_slug }) => step_slug === "submit" ? "claim" : "complete",
      () => claim(sql),
    );
    if (task.step_slug === "submit") {
      await timed("submitted", () => completeTask(sql, task, { taskId: crypto.randomUUID() }));
    } else await timed("complete", () => completeTask(sql, task, OUTPUT));
  }
}

async function claim(sql: Sql): Promise<Task> {
  const ids = await claimNext(async () => {
    const messages = await sql<{ msg_id: string }[]>`select * from pgmq.read('bench', 2, 1)`;
    return messages.length > 0 ? messages.map(({ msg_id }) => msg_id) : undefined;
  });
  const [task] = await sql<
    Task[]
  >`select * from pgflow.start_tasks('bench', ${ids}::bigint[], ${WORKER}::uuid)`;
  if (!task) throw new Error("pgflow has a message without a task");
  return task;
}

async function completeTask(
  sql: Sql,
  { run_id, step_slug, task_index }: Task,
  output: object,
): Promise<void> {
  await sql`
    select pgflow.complete_task(${run_id}::uuid, ${step_slug}::text, ${task_index}::int, ${
    sql.json(output as never)
  })`;
}
