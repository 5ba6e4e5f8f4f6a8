/**
 * Whatever the network between does, a client shows what the database says within 6 s of its end, and nothing goes back on it
 * meanwhile. ESTEIRA_SEED repeats a run, as far as a network can be repeated; `npm run test:long` plays longer, and those
 * scenarios too in which nobody is told that something was lost (ESTEIRA_BIG).
 */
import { seeded } from "../races/mixed_operations.ts";
import { type Played, playScenario } from "./play.ts";
import { BY_STREAM, LONG, QUICK } from "./scenarios.ts";
import { startWorld } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
const IS_LONG = Deno.env.has("ESTEIRA_BIG");

Deno.test(`a client shows the truth within 6 s of any fault (ESTEIRA_SEED=${SEED})`, async (t) => {
  const world = await startWorld();
  try {
    // At once: each has a network and a person of its own, and most of the time is spent waiting.
    const bySocket = [...QUICK, ...IS_LONG ? LONG : []].map((scenario) =>
      ({ scenario, transport: "socket" }) as const
    );
    const byStream = BY_STREAM.map((scenario) => ({ scenario, transport: "sse" }) as const);
    const plays = [...bySocket, ...byStream].map(({ scenario, transport }, n) => ({
      name: `${scenario.name}${transport === "sse" ? ", by stream" : ""}`,
      played: playScenario(world, {
        scenario,
        transport,
        clients: 2,
        rate: 8,
        phaseMs: IS_LONG ? 8_000 : 2_000,
        random: seeded(SEED + n),
      }),
    }));
    const healed: Played[] = [];
    for (const { played } of plays) played.catch(() => {}); // its step tells
    for (const { name, played } of plays) {
      await t.step(`when it ${name}`, async () => void healed.push(await played));
    }
    console.log(`healed after ${healed.map(({ healedMs }) => healedMs.toFixed()).join(", ")} ms`);
  } finally {
    await world.close();
  }
});
