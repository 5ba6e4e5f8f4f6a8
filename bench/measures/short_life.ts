/** The shortest way through: a lane whose submit call answers with the result, against plain job queues. */
import { connect } from "../server/connection.ts";
import type { Contender, Measure, Side } from "../contenders/contender.ts";
import { openAbsurdLife } from "../contenders/absurd.ts";
import { complete, createLeased } from "../contenders/esteira.ts";
import { SYNC_LANE, userId } from "../server/fixtures.ts";
import { openGraphileLife } from "../contenders/graphile.ts";
import { openPgmqLife } from "../contenders/pgmq.ts";
import type { Server } from "../server/server.ts";
import { liveSideBySide } from "../harness/timing.ts";
import { receiveNext } from "./life.ts";

const WAYS = {
  ours: { name: "Esteira create_job with its lease, complete", open: openEsteira },
  absurd: { name: "absurd spawn_task, claim_task, complete_run", open: openAbsurdLife },
  pgmq: { name: "pgmq send, read, delete", open: openPgmqLife },
  graphile: { name: "graphile-worker add_job, then default drain", open: openGraphileLife },
};

/** Name that the targets look up. */
export const SHORT_LIFE = (way: keyof typeof WAYS, connections: number) =>
  `${WAYS[way].name}, ${connections} connection${connections === 1 ? "" : "s"}`;

/** Enqueuing a job and doing it, one acknowledgement for each; p50 and p99 are of a whole life. */
export const shortLife: Measure = {
  name: "short_life",
  title: "Short life of a job: create, take, complete",
  sides: [1, 8].flatMap((connections) =>
    (Object.keys(WAYS) as (keyof typeof WAYS)[]).map((way): Side => ({
      name: SHORT_LIFE(way, connections),
      open: (server) => WAYS[way].open(server, connections),
    }))
  ),
};

async function openEsteira(server: Server, connections: number): Promise<Contender> {
  const sql = connect(await server.database(`esteira_sync_${connections}`, "esteira"), connections);
  let created = 0;
  return {
    round: (seconds) =>
      liveSideBySide(connections, seconds, async () => {
        const message = await createLeased(sql, userId(created++), SYNC_LANE);
        await complete(sql, message ?? await receiveNext(sql, SYNC_LANE));
      }),
    close: () => sql.end(),
  };
}
