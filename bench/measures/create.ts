/** One job after the other on one connection. */
import { waitingDatabase } from "../server/backlog.ts";
import { connect } from "../server/connection.ts";
import type { Contender, Measure } from "../contenders/contender.ts";
import { createJob, freeAllSlots } from "../contenders/esteira.ts";
import { SLOTS, userId, WEBHOOK_LANE } from "../server/fixtures.ts";
import { openAbsurdSdk, openAbsurdSql } from "../contenders/absurd.ts";
import { openGraphile } from "../contenders/graphile.ts";
import { openPgBoss } from "../contenders/pg_boss.ts";
import { openOneRow, openPgmq } from "../contenders/pgmq.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne } from "../harness/timing.ts";

/** Names that the targets look up. */
export const CREATE = {
  free: "Esteira create_job, a slot is free",
  full: "Esteira create_job, every slot taken",
  absurd: "absurd spawn_task",
  graphile: "graphile-worker add_job",
  pgmq: "pgmq send",
};

/**
 * Creating a job: for Esteira the row, its history, the charge, the place in the order and, with a free slot, the
 * dispatch; for the peers a row in a queue.
 */
export const create: Measure = {
  name: "create",
  title: "Create one job (1 connection)",
  sides: [
    { name: CREATE.free, open: openFree },
    { name: CREATE.full, open: openFull },
    { name: CREATE.absurd, open: openAbsurdSql },
    { name: "absurd spawn (SDK)", open: openAbsurdSdk },
    { name: "pg-boss send (SDK)", open: openPgBoss },
    { name: CREATE.graphile, open: openGraphile },
    { name: CREATE.pgmq, open: openPgmq },
    { name: "(floor: one row inserted)", open: openOneRow },
  ],
};

async function openFree(server: Server): Promise<Contender> {
  const sql = connect(await server.database("esteira_free", "esteira"), 1);
  let created = 0;
  const call = () => createJob(sql, userId(created++), WEBHOOK_LANE);
  const between = async () => {
    if (created % (SLOTS - 10) === 0) await freeAllSlots(sql);
  };
  return {
    round: (seconds) => callOneByOne(seconds, call, { between }),
    close: () => sql.end(),
  };
}

// From a thousand jobs ahead, a newcomer's position is no longer counted any further: the most that a create costs.
const WAITING = 1_000;

async function openFull(server: Server): Promise<Contender> {
  const sql = connect(await waitingDatabase(server, "create", WAITING), 1);
  let created = 0;
  return {
    round: (seconds) => callOneByOne(seconds, () => createJob(sql, userId(created++), WEBHOOK_LANE)),
    close: () => sql.end(),
  };
}
