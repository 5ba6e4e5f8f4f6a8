/** graphile-worker with the same work in the same transactions; one of its jobs submits, another stores the result. */
import type { Sql } from "../../server/connection.ts";
import { connect } from "../../server/connection.ts";
import { platformDatabase } from "../../server/platform.ts";
import { INPUT, OUTPUT, OUTPUT_URL } from "../esteira.ts";
import { migrateGraphile } from "../graphile.ts";
import { claimNext, type Design, runScripts, type Timed } from "./design.ts";
import { SAME_LACKS, SAME_MONEY, SAME_WORK } from "./same_work.ts";

interface Taken {
  id: string;
  job_id: string;
}

const WORKER = "bench";

export const graphileDesign: Design = {
  name: "graphile-worker and the same work",
  lacks: [],
  doesNot: SAME_LACKS,
  async open(server) {
    const url = await platformDatabase(server, "equal_graphile");
    await migrateGraphile(url);
    await runScripts(url, ["same_work.sql", "graphile_jobs.sql"]);
    const sql = connect(url, 1);
    // Its runner makes the tasks that it knows of when it starts.
    await sql`insert into graphile_worker._private_tasks (identifier) values ('submit'), ('settle')`;
    await sql.end();
    return { url, live, work: SAME_WORK, money: SAME_MONEY };
  },
};

async function live(sql: Sql, user: string, timed: Timed): Promise<void> {
  await timed("create", () => sql`select app.create_and_add(${user}::uuid, ${sql.json(INPUT)})`);
  const submit = await timed("claim", () => claim(sql));
  const taskId = crypto.randomUUID();
  await timed(
    "submitted",
    () =>
      sql`select app.submitted(${submit.id}::bigint, ${submit.job_id}::uuid, ${taskId},
      ${sql.json({ code: 0, data: { taskId } })})`,
  );
  await timed(
    "webhook",
    () =>
      sql`select app.webhook(${submit.job_id}::uuid, ${taskId}, ${sql.json({ event: "TASK_END", taskId })})`,
  );
  const settle = await timed("complete", () => take(sql));
  await timed(
    "complete",
    () =>
      sql`select app.complete(${settle.id}::bigint, ${settle.job_id}::uuid, ${
        sql.json(OUTPUT)
      }, ${OUTPUT_URL})`,
  );
}

function claim(sql: Sql): Promise<Taken> {
  return claimNext(async () => {
    const [taken] = await sql<Taken[]>`select id, job_id from app.claim(${WORKER})`;
    return taken;
  });
}

function take(sql: Sql): Promise<Taken> {
  return claimNext(async () => {
    const [taken] = await sql<Taken[]>`select id, job_id from app.get_job('settle', ${WORKER})`;
    return taken;
  });
}
