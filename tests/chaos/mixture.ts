/** The mixture: which jobs there are, whose they are, and what goes wrong with each. The same seed, the same mixture. */
import { UsageError } from "./options.ts";
import type { Random } from "./random.ts";
import { markOf, type PlacedScenario } from "./scenarios/scenario.ts";

/** A job that is to be created. */
export interface PlannedJob {
  /** From 0. */
  readonly n: number;
  readonly scenario: PlacedScenario;
  /** Which of the users creates it, from 0. */
  readonly user: number;
  /** What its texts contain, unlike those of any other job. */
  readonly text: string;
  /** How long after its creation its user cancels it, in milliseconds; undefined: never. */
  readonly cancelAfterMs: number | undefined;
}

export interface MixtureOptions {
  readonly jobs: number;
  readonly users: number;
  /** Leaves out the scenarios that take minutes. */
  readonly isShort: boolean;
  /** With results of half a gigabyte. */
  readonly isBig: boolean;
  /** Names of the scenarios to play; empty: all. */
  readonly only: readonly string[];
}

const LONGEST_BEFORE_CANCEL_MS = 5_000;

/**
 * The scenarios that a run of these options plays: one at least.
 * @throws UsageError when a name in `only` is none, or nothing is left to play.
 */
export function played(
  scenarios: readonly PlacedScenario[],
  { isShort, isBig, only }: Pick<MixtureOptions, "isShort" | "isBig" | "only">,
): PlacedScenario[] {
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new UsageError(`There is no fault ${unknown.join(", ")}; see tests/chaos/scenarios.`);
  }
  const named = only.length === 0 ? scenarios : scenarios.filter(({ name }) => only.includes(name));
  const chosen = named.filter(({ takesMinutes, isHuge }) => isHuge ? isBig : !(isShort && takesMinutes));
  if (chosen.length === 0) {
    throw new UsageError(`${only.join(", ")} needs --big, or a run that is not --short.`);
  }
  return chosen;
}

/**
 * Deals the scenarios out to `jobs` jobs, round after round, each round in another order: every scenario has as many jobs
 * as any other, but for those with an `atMost`. Fewer jobs than asked for when nothing else is left.
 */
export function mix(
  scenarios: readonly PlacedScenario[],
  random: Random,
  options: MixtureOptions,
): PlannedJob[] {
  const chosen = played(scenarios, options);
  const planned: PlannedJob[] = [];
  for (let round = 0; planned.length < options.jobs; round++) {
    const dealt = random.shuffled(chosen.filter(({ atMost = Infinity }) => round < atMost));
    if (dealt.length === 0) break;
    for (const scenario of dealt.slice(0, options.jobs - planned.length)) {
      const n = planned.length;
      planned.push({
        n,
        scenario,
        user: Math.floor(random.between(0, options.users)),
        text: `${markOf(scenario)}${n}`,
        cancelAfterMs: scenario.ends === "cancelled"
          ? Math.round(random.between(0, LONGEST_BEFORE_CANCEL_MS))
          : undefined,
      });
    }
  }
  return planned;
}
