/** The life of jobs that are made and worked on many at a time: four transactions for a batch of them. */
import { connect, type Sql } from "../server/connection.ts";
import { type Contender, type Measure, NotThere, type Side } from "../contenders/contender.ts";
import {
  COMPLETE_MANY,
  completeMany,
  createJobs,
  isThere,
  receiveMany,
  setCapacity,
  submittedMany,
} from "../contenders/esteira.ts";
import { openPgmqBatches } from "../contenders/pgmq.ts";
import { SYNC_LANE, userId } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { liveSideBySide } from "../harness/timing.ts";

/** Names that the targets look up. */
export const BATCHES = (connections: number) => side("Esteira", connections);
export const BATCHES_PGMQ = (connections: number) => side("pgmq send_batch, read, delete", connections);

const side = (name: string, connections: number) =>
  `${name}, ${connections} connection${connections === 1 ? "" : "s"}`;

const BATCH = 100;

/** create_jobs, receive, submitted_many, complete_many, each of a hundred jobs; p50 and p99 are of a batch. */
export const batches: Measure = {
  name: "batches",
  title: `Whole life of ${BATCH} jobs at a time: create_jobs, receive, submitted_many, complete_many`,
  sides: [1, 8].flatMap((connections): Side[] => [
    { name: BATCHES(connections), open: (server) => openBatches(server, connections) },
    { name: BATCHES_PGMQ(connections), open: (server) => openPgmqBatches(server, connections, BATCH) },
  ]),
};

async function openBatches(server: Server, connections: number): Promise<Contender> {
  const sql = connect(await server.database(`esteira_batches_${connections}`, "esteira"), connections);
  if (!await isThere(sql, COMPLETE_MANY)) {
    await sql.end();
    throw new NotThere(COMPLETE_MANY);
  }
  // Every connection may have its batch running, and one that another has created but not yet received.
  await setCapacity(sql, SYNC_LANE, 2 * BATCH * connections);
  let created = 0;
  return {
    async round(seconds) {
      let [done, lives] = [0, 0];
      const { "jobs/s": rate = 0, ...times } = await liveSideBySide(connections, seconds, async (counts) => {
        const completed = await liveTogether(sql, userId(created++));
        if (counts) [done, lives] = [done + completed, lives + 1];
      });
      return { "jobs/s": rate * done / Math.max(lives, 1), ...times };
    },
    close: () => sql.end(),
  };
}

/** Creates a batch and takes the next of its lane to their end; returns how many those were. */
async function liveTogether(sql: Sql, user: string): Promise<number> {
  await createJobs(sql, user, SYNC_LANE, BATCH);
  const messages = await receiveMany(sql, SYNC_LANE, BATCH);
  if (messages.length === 0) return 0;
  await submittedMany(sql, messages);
  await completeMany(sql, messages);
  return messages.length;
}
