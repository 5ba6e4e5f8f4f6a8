/** Plays a scenario: clients of one person watch while their network is spoiled and their jobs go on. */
import { eventually } from "@esteira/local-supabase/testing";
import { makeChanges } from "./changes.ts";
import { goodNetwork } from "./network/network.ts";
import { startProxy } from "./network/proxy.ts";
import { mend, type Scenario } from "./scenarios.ts";
import { openScreen, type Screen } from "./screen.ts";
import { eventuallyEqual } from "./truth.ts";
import type { Person, World } from "./world.ts";

export interface Setting {
  readonly scenario: Scenario;
  /** How many clients watch. */
  readonly clients: number;
  /** Changes a second. */
  readonly rate: number;
  readonly phaseMs: number;
  random(): number;
  /** What brings changes to its clients. Left out: the socket. */
  readonly transport?: "socket" | "sse";
  /** Opens one of the clients through `url`. Left out: signs the person in there. */
  open?(url: string, person: Person): Promise<Screen>;
}

/** What was seen, for whoever reads the log. */
export interface Played {
  readonly changes: number;
  /** From the end of the fault until every client showed the truth, in ms. */
  readonly healedMs: number;
}

/** As long as clients may take once a fault is over, in milliseconds. */
const WITHIN = 6_000;

/** @throws AssertionError when a client does not show what the database says, in time */
export async function playScenario(world: World, setting: Setting): Promise<Played> {
  const { scenario, clients, rate, phaseMs, random, open, transport = "socket" } = setting;
  const { sql, apiPort, environment: { deployment: { publishableKey } } } = world;
  const signIn = (url: string, person: Person) => openScreen(url, publishableKey, person, { transport });
  const network = goodNetwork();
  const proxy = startProxy(apiPort, network);
  const person = await world.person();
  const screens = await Promise.all(
    Array.from(
      { length: clients },
      async () => [person, await (open ?? signIn)(proxy.url, person)] as const,
    ),
  );
  try {
    await eventuallyEqual(sql, screens, 20_000);
    for (const [, screen] of screens) {
      await eventually(() => screen.connection().startsWith(`live by ${transport}`) || undefined, {
        what: `a connection by ${transport}`,
        timeoutMs: 20_000,
      });
    }
    const changes = makeChanges({ sql, people: [person], rate, random });
    await scenario.run({ network, proxy, random, phaseMs });
    await changes.stop();
    mend(network);
    const healedMs = await eventuallyEqual(sql, screens, scenario.withinMs ?? WITHIN);

    // And it goes on: what happens from now on arrives as well.
    const more = makeChanges({ sql, people: [person], rate: 50, random });
    await more.until(10);
    await more.stop();
    await eventuallyEqual(sql, screens, scenario.withinMs ?? WITHIN);
    return { changes: changes.made(), healedMs };
  } finally {
    await proxy.up();
    await Promise.all(screens.map(([, screen]) => screen.close()));
    await proxy.close();
  }
}
