/** Clocks that are wrong, and clocks that are set while a client is open: it shows the truth all the same. */
import { seeded } from "../races/mixed_operations.ts";
import { makeChanges } from "./changes.ts";
import { openElsewhere } from "./clocks/screen_elsewhere.ts";
import { goodNetwork } from "./network/network.ts";
import { startProxy } from "./network/proxy.ts";
import { eventuallyEqual } from "./truth.ts";
import { startWorld } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
const WITHIN = 6_000;
const HOUR = 3_600_000;
const CLOCKS = { "three hours slow": -3 * HOUR, "three hours fast": 3 * HOUR };

Deno.test(`a client needs no right clock (ESTEIRA_SEED=${SEED})`, async (t) => {
  const world = await startWorld();
  const { sql, apiPort, environment: { deployment: { publishableKey } } } = world;
  const proxy = startProxy(apiPort, goodNetwork());
  const person = await world.person();
  const random = seeded(SEED);
  const screens = await Promise.all(
    Object.values(CLOCKS).map((ahead) => openElsewhere(proxy.url, publishableKey, person, ahead)),
  );
  const all = screens.map((screen) => [person, screen] as const);
  /** Changes that a cut, or whatever else is done, comes in between. */
  const change = async (what: () => void) => {
    const changes = makeChanges({ sql, people: [person], rate: 40, random });
    await changes.until(10);
    what();
    await changes.until(20);
    await changes.stop();
    await eventuallyEqual(sql, all, WITHIN);
  };
  try {
    await eventuallyEqual(sql, all, 20_000);
    await t.step(`${Object.keys(CLOCKS).join(" or ")}, over a cut`, () => change(() => proxy.cut()));
    await t.step("set back or forward by a day, in the open", () =>
      change(() => {
        for (const [n, screen] of screens.entries()) screen.setClock((n === 0 ? 24 : -24) * HOUR);
      }));
    await t.step("set right, while nothing passes", () =>
      change(() => {
        for (const screen of screens) screen.setClock(0);
        proxy.cut();
      }));
  } finally {
    await Promise.all(screens.map((screen) => screen.close()));
    await proxy.close();
    await world.close();
  }
});
