/** When a waiting job is told that it will start, against when it did: a lane played through with a frozen clock. */
import type { Contender, Measure } from "../contenders/contender.ts";
import { connect, type Sql } from "../server/connection.ts";
import { type Play, playLane } from "../server/play.ts";
import { percentile } from "../harness/stats.ts";
import type { Server } from "../server/server.ts";

/** Names that the targets look up. `spread`: the standard deviation of how long tasks take, as a share of their mean. */
export const FORETOLD = {
  even: "tasks of even length (±10 %), 40 waiting",
  usual: "tasks of usual length (±30 %), 40 waiting",
  wild: "tasks of any length (±100 %), 40 waiting",
  short: "tasks of usual length (±30 %), 5 waiting",
};
/** Of a hundred: how many started within a factor of two of the time that they were told, or a second. */
export const WITHIN = "within × 2 %";

/** How many are asked after in a round. */
const ASKED = 300;

const PLAYS: Record<keyof typeof FORETOLD, Play> = {
  even: { slots: 5, waiting: 40, users: 20, mean: 60, spread: 0.1 },
  usual: { slots: 5, waiting: 40, users: 20, mean: 60, spread: 0.3 },
  wild: { slots: 5, waiting: 40, users: 20, mean: 60, spread: 1 },
  short: { slots: 5, waiting: 5, users: 20, mean: 60, spread: 0.3 },
};

/** Each told when it is created. One in fifty fails and comes back. */
export const foretold: Measure = {
  name: "foretold",
  title: "When a job starts, as it was told and as it was (5 slots, tasks of 60 s, as many created as end)",
  sides: (Object.keys(PLAYS) as (keyof typeof FORETOLD)[]).map((name) => ({
    name: FORETOLD[name],
    open: (server: Server) => open(server, name),
  })),
};

async function open(server: Server, name: keyof typeof FORETOLD): Promise<Contender> {
  const sql: Sql = connect(await server.database(`esteira_foretold_${name}`, "esteira"), 1);
  return {
    // By the frozen clock it takes hours, whatever the machine; so it is bounded by how many are asked after.
    async round() {
      const told = await playLane(sql, PLAYS[name], ASKED);
      const share = (holds: (each: { said: number; late: number; was: number }) => boolean) =>
        100 * told.filter(holds).length / told.length;
      return {
        asked: told.length,
        [WITHIN]: share(({ said, was }) => Math.abs(was - said) <= 1 || (was <= 2 * said && said <= 2 * was)),
        "was / told": percentile(told.map(({ said, was }) => was / said), 0.5),
        "within p90 %": share(({ late, was }) => was <= late),
      };
    },
    close: () => sql.end(),
  };
}
