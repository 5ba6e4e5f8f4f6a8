/** A hundred clicks a second for some seconds: does a queue grow, and how soon is it gone when they end? */
import { eventually } from "@esteira/local-supabase/testing";
import type { Contender, Measure } from "../contenders/contender.ts";
import { pause } from "../harness/timing.ts";
import { busyDuring } from "../realtime/busy.ts";
import { openClients } from "../realtime/clients.ts";
import type { Rig } from "../realtime/rig.ts";
import { takeUnhindered } from "../realtime/unhindered.ts";

const RATES = [20, 40, 100];
/** Clicks go on for so long at least, seconds: a queue that grows is seen to. */
const LEAST_SECONDS = 5;
const PATIENCE = 120_000;
const LANE = "kie";
const SLOTS = 1_000;

/** Names that the targets look up. */
export const FLOOD = (rate: number): string => `${rate} clicks/s`;
export const GROWTH = "open, from half to end";

/** Counted in the database: jobs that were created and have not ended. Clicks that have made no job yet are open too. */
export const realtimeFlood: Measure = {
  name: "realtime_flood",
  title: "A hundred clicks a second (@esteira/client, the tool image, one user): what is open",
  sides: RATES.map((rate) => ({ name: FLOOD(rate), open: () => open(rate) })),
};

async function open(rate: number): Promise<Contender> {
  const { rig, person } = await takeUnhindered(LANE, SLOTS);
  return {
    async round(given) {
      const seconds = Math.max(given, LEAST_SECONDS);
      const clients = await openClients("ours", { url: rig.url, key: rig.key, people: [person] });
      try {
        const before = await ended(rig, person.id);
        let clicks = 0;
        const isOpen = async () => clicks + before - await ended(rig, person.id);
        const startedAt = performance.now();
        let half: Promise<number> | undefined;
        let end = NaN;
        const busy = await busyDuring(async () => {
          for (; performance.now() < startedAt + seconds * 1000; clicks++) {
            await pause(Math.max(0, startedAt + clicks * 1000 / rate - performance.now()));
            clients.create(`flood ${crypto.randomUUID()}`);
            // By the clock: on a machine that is too busy for the rate there are fewer clicks than it says.
            if (performance.now() >= startedAt + seconds * 500) half ??= isOpen();
          }
          end = await isOpen();
        });
        const stoppedAt = performance.now();
        const openAtHalf = await half ?? NaN;
        await eventually(async () => await isOpen() <= 0 || undefined, {
          timeoutMs: PATIENCE,
          what: "all of them to end",
        });
        return {
          clicks,
          "open at half": openAtHalf,
          "open at the end": end,
          [GROWTH]: end - openAtHalf,
          "gone after ms": performance.now() - stoppedAt,
          "ended jobs/s": clicks * 1000 / (performance.now() - startedAt),
          "busy %": busy,
        };
      } finally {
        await clients.close();
      }
    },
    close: () => rig.release(),
  };
}

/** How many jobs of somebody have ended. */
async function ended({ world: { sql } }: Rig, userId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from public.jobs
    where user_id = ${userId} and status not in ('pending', 'processing')`;
  return row?.count ?? 0;
}
