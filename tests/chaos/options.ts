/** The command line of `npm run chaos`. */
import { parseArgs } from "node:util";

/** How a run is. */
export interface Options {
  readonly jobs: number;
  /** So many publications to social platforms instead of jobs; undefined: jobs. */
  readonly publications?: number;
  /** What the mixture, the users' waits and the moments of the kills are drawn from. */
  readonly seed: number;
  /** Leaves out what waits for the product's own minutes, and waits less for the rest. */
  readonly isShort: boolean;
  /** With results of half a gigabyte. */
  readonly isBig: boolean;
  /** Names of the scenarios to play, at whichever providers; empty: all. */
  readonly only: readonly string[];
  /** How long the functions live, on average, in milliseconds. */
  readonly killEveryMs: number;
  /** How long all jobs may take before the run is called stuck, in milliseconds; undefined: as its kind has it. */
  readonly patienceMs?: number;
}

/** The command line is wrong; the message says how it is right. */
export class UsageError extends Error {
  readonly code = "usage";
}

/**
 * Reads the command line: 2,000 jobs and a kill every 5 s; `--short`: 200 jobs and a kill every 3 s. Without `--seed`
 * each run draws one.
 * @throws UsageError for an unknown option or a number that is none.
 */
export function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        jobs: { type: "string" },
        publications: { type: "string" },
        seed: { type: "string" },
        "kill-every": { type: "string" },
        patience: { type: "string" },
        short: { type: "boolean", default: false },
        big: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [] },
      },
    });
    return {
      jobs: positive("--jobs", values.jobs ?? (values.short ? "200" : "2000"), Number.isInteger),
      ...values.publications === undefined
        ? {}
        : { publications: positive("--publications", values.publications, Number.isInteger) },
      seed: positive("--seed", values.seed ?? String(1 + Math.floor(Math.random() * 1e9)), Number.isInteger),
      isShort: values.short,
      isBig: values.big,
      only: values.only.flatMap((names) => names.split(",")),
      ...values.patience === undefined ? {} : { patienceMs: 1000 * positive("--patience", values.patience) },
      killEveryMs: 1000 * positive("--kill-every", values["kill-every"] ?? (values.short ? "3" : "5")),
    };
  } catch (error) {
    const usage =
      "npm run chaos -- [--jobs n | --publications n] [--seed n] [--kill-every seconds] [--patience seconds] [--short] [--big] [--only fault]…";
    throw new UsageError(`${(error as Error).message}\nUsage: ${usage}`);
  }
}

function positive(name: string, text: string, isValid: (value: number) => boolean = Number.isFinite): number {
  const value = Number(text);
  if (!isValid(value) || value <= 0) throw new Error(`${name} ${text} is not a number above zero.`);
  return value;
}
