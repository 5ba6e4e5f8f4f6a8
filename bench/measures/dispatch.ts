/** What it costs to give a slot away, by how many jobs wait for it. */
import { addWaiting, waitingDatabase } from "../server/backlog.ts";
import { asSuperuser, connect } from "../server/connection.ts";
import type { Contender, Measure } from "../contenders/contender.ts";
import { dispatch as dispatchLane, freeAndDispatch, someRunningJob } from "../contenders/esteira.ts";
import { WEBHOOK_LANE } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne, quantiles, time } from "../harness/timing.ts";

const SIZES = [1_000, 10_000, 100_000];
const LARGEST = 100_000;

/** Names that the targets look up. */
export const DISPATCH = {
  waiting: (count: number) => `a slot freed, ${count.toLocaleString("en")} waiting`,
  full: `every slot taken, ${LARGEST.toLocaleString("en")} waiting`,
};

/** The transaction that frees a slot and dispatches; and dispatching when there is nothing to give. */
export const dispatch: Measure = {
  name: "dispatch",
  title: "Dispatch one slot (1 connection, 1,000 users)",
  sides: [
    ...SIZES.map((size) => ({
      name: DISPATCH.waiting(size),
      open: (server: Server) => openFreed(server, size),
    })),
    { name: DISPATCH.full, open: openFull },
  ],
};

// Few enough for the smallest backlog to stay near its size during a round.
const MOST_PER_ROUND = 200;

async function openFreed(server: Server, waiting: number): Promise<Contender> {
  const url = await waitingDatabase(server, "waiting", waiting);
  const sql = connect(url, 1);
  const superuser = connect(asSuperuser(url), 1);
  const freeOne = async () => {
    const job = await someRunningJob(sql, WEBHOOK_LANE);
    let dispatched = 0;
    const ms = await time(async () => dispatched = await freeAndDispatch(sql, job, WEBHOOK_LANE));
    if (dispatched !== 1) throw new Error(`a freed slot was given to ${dispatched} jobs`);
    return ms;
  };
  return {
    async round(seconds) {
      const warmUp = 20;
      for (let i = 0; i < warmUp; i++) await freeOne();
      const times: number[] = [];
      const end = performance.now() + seconds * 1000;
      while (times.length < MOST_PER_ROUND && performance.now() < end) times.push(await freeOne());
      await addWaiting(superuser, warmUp + times.length);
      return quantiles(times);
    },
    async close() {
      await sql.end();
      await superuser.end();
    },
  };
}

async function openFull(server: Server): Promise<Contender> {
  const sql = connect(await waitingDatabase(server, "waiting", LARGEST), 1);
  return {
    async round(seconds) {
      const { "jobs/s": _, ...times } = await callOneByOne(seconds, async () => {
        const dispatched = await dispatchLane(sql, WEBHOOK_LANE);
        if (dispatched !== 0) throw new Error(`${dispatched} jobs were given slots that were taken`);
      });
      return times;
    },
    close: () => sql.end(),
  };
}
