/** What a user's question costs: how many are before me? */
import { waitingDatabase } from "../server/backlog.ts";
import { connect } from "../server/connection.ts";
import { type Contender, type Measure, NotThere } from "../contenders/contender.ts";
import { actAs, isThere, QUEUE_POSITION, queuePosition, someWaitingJobs } from "../contenders/esteira.ts";
import { WEBHOOK_LANE } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { quantiles, time } from "../harness/timing.ts";

/** Name that the targets look up. */
export const POSITION = "Esteira queue_position, a job drawn by chance";

const WAITING = 100_000;

/** The position of a waiting job, asked for by its owner. No peer has one to compare with. */
export const position: Measure = {
  name: "position",
  title: `Queue position, ${WAITING.toLocaleString("en")} waiting (1 connection)`,
  sides: [{ name: POSITION, open: openPosition }],
};

async function openPosition(server: Server): Promise<Contender> {
  const sql = connect(await waitingDatabase(server, "waiting", WAITING), 1);
  if (!await isThere(sql, QUEUE_POSITION)) {
    await sql.end();
    throw new NotThere(QUEUE_POSITION);
  }
  return {
    async round(seconds) {
      const times: number[] = [];
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) {
        for (
          const { id, user_id } of await someWaitingJobs(sql, WEBHOOK_LANE, 100)
        ) {
          await actAs(sql, user_id);
          times.push(await time(() => queuePosition(sql, id)));
        }
      }
      return quantiles(times);
    },
    close: () => sql.end(),
  };
}
