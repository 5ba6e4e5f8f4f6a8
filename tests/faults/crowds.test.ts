/**
 * Many clients at once: all of one user, and each of a user of its own. Cut off together, they come back together, and show
 * what the database says. `npm run test:long` has 50 and 200 of them (ESTEIRA_BIG).
 */
import { seeded } from "../races/mixed_operations.ts";
import { makeChanges } from "./changes.ts";
import { goodNetwork } from "./network/network.ts";
import { startProxy } from "./network/proxy.ts";
import { openScreen } from "./screen.ts";
import { eventuallyEqual, eventuallyShow, truthsOf, type Watched } from "./truth.ts";
import { type Person, startWorld, type World } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
const IS_LONG = Deno.env.has("ESTEIRA_BIG");
const OF_ONE = IS_LONG ? 50 : 10;
const OF_MANY = IS_LONG ? 200 : 20;
const WITHIN = 6_000;
/** Clients that are opened at once: they sign in, and a password takes its time. */
const AT_ONCE = 10;
const LASTS = IS_LONG ? 2_000 : 1_000;

/** Opens a screen for each of the people, plays changes and cuts, and waits until all are equal. */
async function play(world: World, people: readonly Person[], rate: number): Promise<number> {
  const { sql, apiPort, environment: { deployment: { publishableKey } } } = world;
  const network = goodNetwork();
  const proxy = startProxy(apiPort, network);
  const screens: Watched[] = [];
  try {
    for (let at = 0; at < people.length; at += AT_ONCE) {
      screens.push(
        ...await Promise.all(
          people.slice(at, at + AT_ONCE).map(async (person) =>
            [person, await openScreen(proxy.url, publishableKey, person, { onlyJobs: true })] as const
          ),
        ),
      );
    }
    await eventuallyEqual(sql, screens, 60_000);
    const changes = makeChanges({ sql, people: [...new Set(people)], rate, random: seeded(SEED) });
    await new Promise((resolve) => setTimeout(resolve, LASTS));
    proxy.down();
    await new Promise((resolve) => setTimeout(resolve, LASTS));
    await changes.stop();
    const truths = await truthsOf(sql, people);
    await proxy.up();
    return await eventuallyShow(truths, screens, WITHIN);
  } finally {
    await Promise.all(screens.map(([, screen]) => screen.close()));
    await proxy.close();
  }
}

Deno.test(`crowds that are cut off come back together (ESTEIRA_SEED=${SEED})`, async (t) => {
  const world = await startWorld();
  try {
    await t.step(`${OF_ONE} clients of one user`, async () => {
      const person = await world.person();
      const healedMs = await play(world, Array.from({ length: OF_ONE }, () => person), 10);
      console.log(`the truth after ${healedMs.toFixed()} ms`);
    });
    await t.step(`${OF_MANY} users with a client each`, async () => {
      const people: Person[] = [];
      for (let n = 0; n < OF_MANY; n++) people.push(await world.person());
      const healedMs = await play(world, people, 20);
      console.log(`the truth after ${healedMs.toFixed()} ms`);
    });
  } finally {
    await world.close();
  }
});
