/** absurd with the same work in the same transactions; its task sleeps until the webhook's event wakes it. */
import type { Sql } from "../../server/connection.ts";
import { platformDatabase } from "../../server/platform.ts";
import { installAbsurd } from "../absurd.ts";
import { INPUT, OUTPUT, OUTPUT_URL } from "../esteira.ts";
import { claimNext, type Design, runScripts, type Timed } from "./design.ts";
import { SAME_LACKS, SAME_MONEY, SAME_WORK } from "./same_work.ts";

interface Task {
  run_id: string;
  task_id: string;
  job_id: string;
  /** What the webhook said; null when the task has not been submitted. */
  event_payload: object | null;
}

export const absurdDesign: Design = {
  name: "absurd and the same work",
  lacks: [],
  doesNot: SAME_LACKS,
  async open(server) {
    const url = await platformDatabase(server, "equal_absurd");
    await installAbsurd(url);
    await runScripts(url, ["same_work.sql", "absurd_jobs.sql"]);
    return { url, live, work: SAME_WORK, money: SAME_MONEY };
  },
};

async function live(sql: Sql, user: string, timed: Timed): Promise<void> {
  await timed("create", () => sql`select app.create_and_spawn(${user}::uuid, ${sql.json(INPUT)})`);
  // A task is claimed twice: to be submitted, and when its webhook has come; whoever claims it does what is due.
  for (let i = 0; i < 2; i++) {
    const task = await timed(({ event_payload }) => event_payload ? "complete" : "claim", () => claim(sql));
    if (task.event_payload) {
      await timed(
        "complete",
        () =>
          sql`select app.complete(${task.run_id}::uuid, ${task.job_id}::uuid, ${
            sql.json(OUTPUT)
          }, ${OUTPUT_URL})`,
      );
      continue;
    }
    const taskId = crypto.randomUUID();
    await timed(
      "submitted",
      () =>
        sql`select app.submitted(${task.run_id}::uuid, ${task.task_id}::uuid, ${task.job_id}::uuid, ${taskId},
        ${sql.json({ code: 0, data: { taskId } })})`,
    );
    await timed(
      "webhook",
      () =>
        sql`select app.webhook(${task.job_id}::uuid, ${taskId}, ${sql.json({ event: "TASK_END", taskId })})`,
    );
  }
}

function claim(sql: Sql): Promise<Task> {
  return claimNext(async () => {
    const [task] = await sql<Task[]>`select run_id, task_id, job_id, event_payload from app.claim()`;
    return task;
  });
}
