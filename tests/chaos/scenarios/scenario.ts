/** What a scenario is: something that goes wrong at one provider, and how its jobs are to end all the same. */

/** Those that have a simulator. */
export const SIMULATED = ["runninghub", "kie", "fal", "replicate", "astria", "openai"] as const;
export type SimulatedName = (typeof SIMULATED)[number];
/** `workers`: workers outside, who claim the jobs of a pull lane. */
export const PROVIDERS = [...SIMULATED, "workers"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Those whose tasks have no id that we would know: an attempt's one task is told by its token alone. */
export const WITHOUT_IDS: readonly ProviderName[] = ["openai", "workers"];

/**
 * How a job is to end. `failed` lists the error codes that are right; `cancelled`: its user cancels it, and its provider
 * may have been done with it by then.
 */
export type Expected = "completed" | "cancelled" | { readonly failed: readonly string[] };

/**
 * When a user cancels: within moments of the creation, as soon as the job is seen at a step, or (`whenever`) at any moment
 * of the first seconds.
 */
export type CancelMoment = "at_once" | "whenever" | "starting" | "running" | "webhook_received";

/** One kind of job in the mixture. `Fault` is the simulator's own union of faults. */
export interface Scenario<Fault> {
  /** In snake_case; with the provider it makes the mark in a job's texts that the rules look for. */
  readonly name: string;
  /** What goes wrong, counted anew for each job. Without `times`: as often as it matches. */
  readonly rules: readonly { readonly times?: number; readonly fault: Fault }[];
  readonly ends: Expected;
  /** When its user cancels it, if it ends `cancelled`. Default `whenever`. */
  readonly cancels?: CancelMoment;
  /** The provider says of a task that succeeded that it failed: another one may be bought. */
  readonly isLie?: true;
  /** A day passes for it, once its result is being copied: see `pass_days.ts`. */
  readonly dayPasses?: true;
  /** Waits for time-outs and graces of the product that no setting shortens, or for a deadline: not in the short run. */
  readonly takesMinutes?: true;
  /** How many jobs of it there are at the most: for what is expensive. */
  readonly atMost?: number;
  /** Half a gigabyte: only if asked for. */
  readonly isHuge?: true;
  /** The tool, where it is not the one that usually stands for the provider. */
  readonly tool?: string;
  /** The mark is in the name of the input file too, for rules that look there. */
  readonly marksItsFile?: true;
}

/** A scenario with its provider, as the mixture deals in. */
export interface PlacedScenario extends Omit<Scenario<unknown>, "rules"> {
  readonly provider: ProviderName;
}

/** What the texts of a scenario's jobs begin with. No mark is a part of another one: names have no hyphens. */
export function markOf({ provider, name }: { provider: ProviderName; name: string }): string {
  return `${provider}-${name}-`;
}
