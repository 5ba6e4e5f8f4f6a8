/** Where a network loses one message in a hundred and tells nobody: what is learned all the same, and by which way. */
import type { Contender, Measure } from "../contenders/contender.ts";
import { takeRig } from "../realtime/rig.ts";
import { makeChanges } from "../../tests/faults/changes.ts";
import { goodNetwork } from "../../tests/faults/network/network.ts";
import { startProxy } from "../../tests/faults/network/proxy.ts";
import { openScreen } from "../../tests/faults/screen.ts";
import { eventuallyEqual } from "../../tests/faults/truth.ts";
import { DELIVERY_CHANNELS } from "../../shared/rows/delivery.ts";
import { pause } from "../harness/timing.ts";

const LOST = 0.01;
/** People, each with a client. */
const PEOPLE = 20;
/** Changes a second, all people together. */
const RATE = 50;
/** What nobody tells of is read by then, in milliseconds. */
const WITHIN = 36_000;
/** Seconds without which too little is lost to say anything. */
const LEAST = 20;

/** Names that the targets look up. */
export const LOSS = "@esteira/client";
export const LEARNED = "ends learned %";

/** Learned: what the screens show in the end beside what the database says. By which way: what the clients have reported. */
export const realtimeLoss: Measure = {
  name: "realtime_loss",
  title: `${
    100 * LOST
  } % of messages lost, ${PEOPLE} clients, ${RATE} changes/s: ends of jobs, and by what they were learned`,
  sides: [{ name: LOSS, open }],
  seconds: ({ seconds }) => Math.max(seconds, LEAST),
};

async function open(): Promise<Contender> {
  const rig = await takeRig();
  const { world, key } = rig;
  const { sql } = world;
  return {
    async round(seconds) {
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => world.person()));
      const ids = people.map(({ id }) => id);
      const network = goodNetwork();
      const proxy = startProxy(world.apiPort, network);
      const screens = await Promise.all(
        people.map(async (person) => [person, await openScreen(proxy.url, key, person)] as const),
      );
      let frames = 0;
      let lost = 0;
      try {
        await eventuallyEqual(sql, screens, WITHIN);
        network.fate = () => {
          frames++;
          if (Math.random() >= LOST) return "passes";
          lost++;
          return "is_lost";
        };
        const changes = makeChanges({ sql, people, rate: RATE, random: Math.random });
        await pause(seconds * 1000);
        await changes.stop();
        const healedMs = await eventuallyEqual(sql, screens, WITHIN); // all of them, or this measure has failed
        const [jobs] = await sql`
          select count(*)::integer as ended from public.jobs
          where user_id = any (${ids}::uuid[]) and status in ('completed', 'failed', 'cancelled')`;
        await Promise.all(screens.map(([, screen]) => screen.close())); // they report when they close
        const by = await sql<{ channel: string; terminal: number }[]>`
          select channel, sum(terminal)::integer as terminal from private.deliveries
          where user_id = any (${ids}::uuid[]) group by channel`;
        const told = by.reduce((sum, { terminal }) => sum + terminal, 0);
        return {
          "ends": Number(jobs?.["ended"]),
          [LEARNED]: 100,
          ...Object.fromEntries(
            DELIVERY_CHANNELS.filter((channel) => channel !== "sse").map((channel) => [
              `by ${channel} %`,
              100 * (by.find((row) => row.channel === channel)?.terminal ?? 0) / told,
            ]),
          ),
          "messages lost": lost,
          "of": frames,
          "all learned after ms": healedMs,
        };
      } finally {
        await proxy.close();
      }
    },
    close: () => rig.release(),
  };
}
