/** What is done to the machinery while jobs run: the functions are killed, the database crashes, providers are away. */
import type { Deployment } from "../world/deployment.ts";
import type { Outage } from "@esteira/simulators/kit/outage";
import type { Simulators } from "../world/simulators.ts";
import { pause } from "./patience.ts";
import type { Random } from "../world/random.ts";
import type { SimulatedName } from "./scenarios/scenario.ts";

/** What was done, and when: milliseconds since 1970. */
export interface Disturbed {
  readonly kills: number[];
  /** From the crash until the server accepted connections again. */
  readonly crashes: { readonly from: number; readonly to: number }[];
  /** From the outage of a provider to its end. */
  readonly outages: { readonly provider: SimulatedName; readonly from: number; readonly to: number }[];
}

/** An outage of one provider, at a share of the jobs that have ended. */
export interface PlannedOutage {
  readonly at: number;
  readonly provider: SimulatedName;
  readonly outage: Outage;
}

export interface DisturbanceOptions {
  readonly random: Random;
  /** How long the functions live, on average, from the moment they answer. */
  readonly killEveryMs: number;
  /** At which shares of the jobs that have ended the database crashes, in order. */
  readonly crashesAt: readonly number[];
  /** When which provider is away, in order. */
  readonly outages: readonly PlannedOutage[];
  /** The share of the jobs that have ended when the last kill may come. */
  readonly killsUntil: number;
  /** No kill comes later than that: what takes longer than the functions live would else never end. */
  readonly killsForMs: number;
}

/** Disturbs until enough jobs have ended; `share` says how many have, from 0 to 1. Resolves when all is up again. */
export async function disturb(
  { apiUrl, faults }: Deployment,
  simulators: Simulators,
  share: () => number,
  { random, killEveryMs, crashesAt, outages, killsUntil, killsForMs }: DisturbanceOptions,
): Promise<Disturbed> {
  const disturbed: Disturbed = { kills: [], crashes: [], outages: [] };
  if (!faults) throw new Error("This deployment is not ours to break");
  const killing = async () => {
    const last = performance.now() + killsForMs;
    while (share() < killsUntil && performance.now() < last) {
      await answers(`${apiUrl}/functions/v1/health`);
      // From when they answer: on a slow machine they would else be killed before they have done anything.
      await pause(random.between(0.5, 1.5) * killEveryMs);
      disturbed.kills.push(Date.now());
      faults.killFunctions();
    }
  };
  const crashing = async () => {
    for (const wanted of crashesAt) {
      while (share() < wanted) await pause(100);
      const from = Date.now();
      await faults.crashDatabase();
      disturbed.crashes.push({ from, to: Date.now() });
    }
  };
  const sendingAway = async () => {
    for (const { at, provider, outage } of outages) {
      while (share() < at) await pause(100);
      const from = Date.now();
      disturbed.outages.push({ provider, from, to: from + outage.ms });
      await simulators[provider].outage(outage);
    }
  };
  await Promise.all([killing(), crashing(), sendingAway()]);
  await answers(`${apiUrl}/functions/v1/health`);
  return disturbed;
}

async function answers(url: string): Promise<void> {
  for (let ok = false; !ok;) {
    ok = await fetch(url).then(async (response) => {
      await response.body?.cancel();
      return response.ok;
    }, () => false);
    if (!ok) await pause(100);
  }
}
