/** Does a limit hold? As many claimers as can be, and never more jobs running than there are slots. */
import { connect, type Sql } from "../server/connection.ts";
import type { Contender, Measure } from "../contenders/contender.ts";
import * as engine from "../contenders/esteira.ts";
import { userId, WEBHOOK_LANE } from "../server/fixtures.ts";
import { openPgBossLimit } from "../contenders/pg_boss.ts";
import type { Server } from "../server/server.ts";
import { pause, runLoops } from "../harness/timing.ts";

/** The limit that is declared. */
export const LIMIT = 3;
/** Name that the targets look up. */
export const LIMIT_ESTEIRA = "Esteira, 3 slots, 24 claimers";
/** Figures that must not exceed the limit in any round. */
export const MOST = { claimers: "most at once", database: "most at once, by the database" };

const CLAIMERS = 24;
const WAITING = 50;

/** The most jobs ever seen running at once: counted by those who run them, and read from the database every 15 ms. */
export const limit: Measure = {
  name: "limit",
  title: `Most jobs running at once under a limit of ${LIMIT}`,
  seconds: ({ limitSeconds, rounds }) => limitSeconds / rounds,
  sides: [
    { name: LIMIT_ESTEIRA, open: openEsteira },
    {
      name: "pg-boss, groupConcurrency 3, 4 instances of 6 workers",
      open: (server) => openPgBossLimit(server, LIMIT),
    },
  ],
};

async function openEsteira(server: Server): Promise<Contender> {
  const sql = connect(await server.database("esteira_limit", "esteira"), CLAIMERS + 4);
  await engine.setCapacity(sql, WEBHOOK_LANE, LIMIT);
  let created = 0;
  const createOne = () => engine.createJob(sql, userId(created++), WEBHOOK_LANE);
  for (let i = 0; i < WAITING; i++) await createOne();
  return {
    async round(seconds) {
      const provider = { running: 0, most: 0 };
      let mostInDatabase = 0, done = 0;
      const took = runLoops(CLAIMERS, seconds, async () => {
        if (!await claimOnce(sql, provider)) return await pause(1);
        done++;
        await createOne();
      });
      await Promise.all([
        took,
        runLoops(1, seconds, async () => {
          mostInDatabase = Math.max(mostInDatabase, await engine.countRunning(sql, WEBHOOK_LANE));
          await pause(15);
        }),
        runLoops(2, seconds, async () => {
          await engine.tickAndReap(sql);
          await pause(50);
        }),
      ]);
      return { [MOST.claimers]: provider.most, [MOST.database]: mostInDatabase, "jobs/s": done / await took };
    },
    close: () => sql.end(),
  };
}

/**
 * Receives a job and ends its time at the provider in one of the ways there are; false when there was none to receive.
 * `provider` counts it from when the claimer knows of it until just before anybody else could know that its slot is free.
 */
async function claimOnce(sql: Sql, provider: { running: number; most: number }): Promise<boolean> {
  const message = await engine.receive(sql, WEBHOOK_LANE);
  if (!message) return false;
  provider.most = Math.max(provider.most, ++provider.running);
  await pause(Math.random() * 5);
  const chance = Math.random();
  if (chance < 0.2) {
    provider.running--;
    await engine.failBusy(sql, message);
  } else if (chance < 0.4) {
    provider.running--;
    await engine.complete(sql, message);
  } else {
    const externalId = crypto.randomUUID();
    await engine.submitted(sql, message, externalId);
    provider.running--;
    await engine.complete(sql, await engine.webhook(sql, message, externalId));
  }
  return true;
}
