/** The command line of `npm run bench`. */
import { parseArgs } from "node:util";

/** How much is run. */
export interface Options {
  /** Rounds of each measure; every contender runs once in each. */
  rounds: number;
  /** Seconds for each contender and round. */
  seconds: number;
  /** Seconds for each contender of the measure `limit`, over all its rounds. */
  limitSeconds: number;
  /** Finished jobs in the larger database of the measure `growth`. */
  growthRows: number;
  /** Minutes of the measure `bloat`; a snapshot is held for a third of them. */
  minutes: number;
  /** Names of the measures to run; empty: all. */
  only: string[];
  /** Profile the life of a job instead of measuring. */
  profile: boolean;
}

/** The command line is wrong; the message says how it is right. */
export class UsageError extends Error {
  readonly code = "usage";
}

/**
 * Reads the command line. Without options: 5 rounds of 3 seconds, 60 seconds for `limit`, a million rows for `growth`,
 * 15 minutes for `bloat`; `--quick` makes that 1, 1 and 5, and one minute, for a look rather than a result.
 * @throws UsageError for an unknown option or a number that is none.
 */
export function parseOptions(args: string[], measures: string[]): Options {
  const usage =
    `npm run bench -- [--rounds n] [--seconds n] [--limit-seconds n] [--growth-rows n] [--minutes n] [--quick] [--profile] ` +
    `[--only] [${measures.join("|")}]…`;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        seconds: { type: "string" },
        "limit-seconds": { type: "string" },
        only: { type: "string", multiple: true, default: [] },
        "growth-rows": { type: "string" },
        minutes: { type: "string" },
        quick: { type: "boolean", default: false },
        profile: { type: "boolean", default: false },
      },
    });
    const only = [...positionals, ...values.only].flatMap((names) => names.split(","));
    for (const name of only) {
      if (!measures.includes(name)) throw new Error(`There is no measure ${name}.`);
    }
    return {
      rounds: positive("--rounds", values.rounds, values.quick ? 1 : 5, Number.isInteger),
      seconds: positive("--seconds", values.seconds, values.quick ? 1 : 3),
      limitSeconds: positive("--limit-seconds", values["limit-seconds"], values.quick ? 5 : 60),
      growthRows: positive("--growth-rows", values["growth-rows"], 1_000_000, Number.isInteger),
      minutes: positive("--minutes", values.minutes, values.quick ? 1 : 15),
      only,
      profile: values.profile,
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nUsage: ${usage}`);
  }
}

function positive(name: string, text: string | undefined, preset: number, isValid = Number.isFinite): number {
  const value = text === undefined ? preset : Number(text);
  if (!isValid(value) || value <= 0) throw new Error(`${name} ${text} is not a number above zero.`);
  return value;
}
