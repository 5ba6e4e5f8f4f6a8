/** The mixture: which jobs there are, whose they are, and what goes wrong with each. The same seed, the same mixture. */
import { UsageError } from "./options.ts";
import type { Random } from "../world/random.ts";
import { type CancelMoment, markOf, type PlacedScenario } from "./scenarios/scenario.ts";

/** A job that is to be created. */
export interface PlannedJob {
  /** From 0. */
  readonly n: number;
  readonly scenario: PlacedScenario;
  /** Which of the users creates it, from 0. */
  readonly user: number;
  /** What its texts contain, unlike those of any other job. */
  readonly text: string;
  /** When its user cancels it; undefined: never. */
  readonly cancel: PlannedCancel | undefined;
}

/** A cancel: `ms` milliseconds after the job was created or, if there is a `step`, was first seen at it. */
export interface PlannedCancel {
  readonly step: string | undefined;
  readonly ms: number;
}

export interface MixtureOptions {
  readonly jobs: number;
  readonly users: number;
  /** Users who are deleted midway; their numbers follow on those of the others. Default none. */
  readonly leavers?: number;
  /** Leaves out the scenarios that take minutes. */
  readonly isShort: boolean;
  /** With results of half a gigabyte. */
  readonly isBig: boolean;
  /** Names of the scenarios to play; empty: all. */
  readonly only: readonly string[];
}

/** How long after which step a cancel may come at the latest. */
const CANCELS: Record<CancelMoment, { step: string | undefined; withinMs: number }> = {
  at_once: { step: undefined, withinMs: 300 },
  whenever: { step: undefined, withinMs: 5_000 },
  starting: { step: "starting", withinMs: 200 },
  running: { step: "running", withinMs: 500 },
  webhook_received: { step: "webhook_received", withinMs: 50 },
};

/** Of the jobs, so many more are made by those who leave. */
const LEAVERS_SHARE = 0.06;

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
 * as any other, but for those with an `atMost`. Fewer jobs than asked for when nothing else is left. Those of users who
 * leave come last, and are not counted among `jobs`.
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
      planned.push(plan(n, scenario, Math.floor(random.between(0, options.users)), random));
    }
  }
  return [...planned, ...ofLeavers(chosen, random, planned.length, options)];
}

/** More jobs, of users who will be gone before these have ended. Their texts tell whose they are, so others are left out. */
function ofLeavers(
  chosen: readonly PlacedScenario[],
  random: Random,
  jobs: number,
  { users, leavers = 0 }: MixtureOptions,
): PlannedJob[] {
  const told = chosen.filter(({ tool, atMost }) => tool === undefined && atMost === undefined);
  if (leavers === 0 || told.length === 0) return [];
  return Array.from({ length: Math.max(leavers, Math.round(jobs * LEAVERS_SHARE)) }, (_, index) => {
    const scenario = told[Math.floor(random.between(0, told.length))] as PlacedScenario;
    return plan(jobs + index, scenario, users + index % leavers, random);
  });
}

function plan(n: number, scenario: PlacedScenario, user: number, random: Random): PlannedJob {
  const { step, withinMs } = CANCELS[scenario.cancels ?? "whenever"];
  const cancel = { step, ms: Math.round(random.between(0, withinMs)) };
  const text = `${markOf(scenario)}${n}`;
  return { n, scenario, user, text, cancel: scenario.ends === "cancelled" ? cancel : undefined };
}
