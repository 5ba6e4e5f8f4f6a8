/**
 * Whatever of the project is started anew, or is away for a moment, clients that are open go on by themselves and show what
 * the database says within 6 s of its being back. But for the database: what it says before Realtime reads from it again is
 * told to nobody, over sockets that stay up, and is found by the safety net of 30 s.
 */
import { seeded } from "../races/mixed_operations.ts";
import { makeChanges } from "./changes.ts";
import { goodNetwork } from "./network/network.ts";
import { startProxy } from "./network/proxy.ts";
import { openScreen } from "./screen.ts";
import { eventuallyEqual } from "./truth.ts";
import { startWorld, type World } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
const WITHIN = 6_000;
const SAFETY_NET = 33_000;

type Faults = NonNullable<World["environment"]["deployment"]["faults"]>;

/** What is started anew, and within how many ms screens are right again. It resolves when that is there again. */
const RESTARTS: Record<string, [(faults: Faults) => Promise<void>, number]> = {
  "Realtime": [(faults) => faults.restartRealtime(), WITHIN],
  "the gateway with all that goes through it": [(faults) => faults.restartGateway(), WITHIN],
  "the functions' process": [(faults) => Promise.resolve(faults.killFunctions()), WITHIN],
  "the database, after a crash": [(faults) => faults.crashDatabase(), SAFETY_NET],
};

Deno.test({
  name: `open clients go on when the project starts anew (ESTEIRA_SEED=${SEED})`,
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // it is not ours to stop
  async fn(t) {
    const world = await startWorld({ durable: true }); // what a screen has shown is there after a crash
    const { sql, apiPort, environment: { deployment: { publishableKey, faults } } } = world;
    const proxy = startProxy(apiPort, goodNetwork());
    const person = await world.person();
    const random = seeded(SEED);
    const screens = await Promise.all(
      [1, 2, 3].map(async () => [person, await openScreen(proxy.url, publishableKey, person)] as const),
    );
    /** Makes so many changes, some of which fail where the database is away. */
    const change = async (count: number, meanwhile = Promise.resolve()) => {
      const changes = makeChanges({ sql, people: [person], rate: 40, random });
      await meanwhile;
      await changes.until(count);
      await changes.stop();
    };
    try {
      await eventuallyEqual(sql, screens, 20_000);
      for (const [what, [restart, within]] of Object.entries(RESTARTS)) {
        await t.step(what, async () => {
          if (!faults) throw new Error("This stack cannot be stopped.");
          await change(20, restart(faults));
          await eventuallyEqual(sql, screens, within);
          await change(10);
          await eventuallyEqual(sql, screens, within);
        });
      }
    } finally {
      await Promise.all(screens.map(([, screen]) => screen.close()));
      await proxy.close();
      await world.close();
    }
  },
});
