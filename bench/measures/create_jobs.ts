/** A thousand jobs in one call. */
import { fillSlots } from "../server/backlog.ts";
import { connect } from "../server/connection.ts";
import { type Contender, type Measure, NotThere } from "../contenders/contender.ts";
import { countJobs, CREATE_JOBS, createJobs, isThere } from "../contenders/esteira.ts";
import { userId, WEBHOOK_LANE } from "../server/fixtures.ts";
import { openAbsurdSql } from "../contenders/absurd.ts";
import { openGraphile } from "../contenders/graphile.ts";
import { openPgBoss } from "../contenders/pg_boss.ts";
import { openPgmq } from "../contenders/pgmq.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne } from "../harness/timing.ts";

/** Names that the targets look up. */
export const CREATE_MANY = "Esteira create_jobs";
export const CREATE_MANY_PEERS = [
  "absurd spawn_task, in one statement",
  "graphile-worker add_jobs",
  "pgmq send_batch",
] as const;
const [ABSURD, GRAPHILE, PGMQ] = CREATE_MANY_PEERS;

const BATCH = 1_000;

/** Creating a batch of one user's jobs, every slot taken; p50 and p99 are of a batch. */
export const createMany: Measure = {
  name: "create_jobs",
  title: `Create ${BATCH.toLocaleString("en")} jobs in one call (1 connection)`,
  sides: [
    { name: CREATE_MANY, open: openEsteira },
    {
      name: ABSURD,
      open: (server) => openAbsurdSql(server, BATCH),
    },
    {
      name: "pg-boss insert (SDK)",
      open: (server) => openPgBoss(server, BATCH),
    },
    {
      name: GRAPHILE,
      open: (server) => openGraphile(server, BATCH),
    },
    { name: PGMQ, open: (server) => openPgmq(server, BATCH) },
  ],
};

async function openEsteira(server: Server): Promise<Contender> {
  const sql = connect(await server.database("esteira_many", "esteira"), 1);
  if (!await isThere(sql, CREATE_JOBS)) {
    await sql.end();
    throw new NotThere(CREATE_JOBS);
  }
  await fillSlots(sql);
  let calls = 0;
  return {
    async round(seconds) {
      const [before, called] = [await countJobs(sql), calls];
      const call = () => createJobs(sql, userId(calls++), WEBHOOK_LANE, BATCH);
      const figures = await callOneByOne(seconds, call, { each: BATCH });
      const [created, wanted] = [await countJobs(sql) - before, (calls - called) * BATCH];
      if (created !== wanted) throw new Error(`${created} jobs were created of ${wanted}`);
      return figures;
    },
    close: () => sql.end(),
  };
}
