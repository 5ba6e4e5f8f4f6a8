/** Running a measure: its sides take turns, so that a busy minute of the machine is nobody's alone. */
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { load } from "../../scripts/machine.ts";
import type { Options } from "./options.ts";
import type { Server } from "../server/server.ts";

/** One round: the machine's load around it, and what each side that ran came to. */
export interface Round {
  loadBefore: number;
  loadAfter: number;
  figures: Record<string, Figures>;
}

/** All rounds of a measure. */
export interface Result {
  measure: string;
  title: string;
  /** Every side, in the order of the table. */
  sides: string[];
  rounds: Round[];
  /** Why a side has no figures, by its name. */
  absent: Record<string, string>;
  /** What a side leaves undone that others do, by its name. */
  doesNot?: Record<string, string>;
}

/** Runs every round of a measure. A side that fails is left out from then on, and its reason kept. */
export async function runMeasure(measure: Measure, server: Server, options: Options): Promise<Result> {
  const seconds = measure.seconds?.(options) ?? options.seconds;
  const sides = typeof measure.sides === "function" ? measure.sides(options) : measure.sides;
  const absent: Record<string, string> = {};
  const contenders = new Map<string, Contender>();
  const leaveOut = (name: string, error: unknown) => {
    absent[name] = error instanceof Error ? error.message.split("\n")[0] ?? error.name : String(error);
    console.error(`  ${name}: ${absent[name]}`);
  };
  const rounds: Round[] = [];
  try {
    for (const { name, open } of sides) {
      await open(server).then(
        (contender) => contenders.set(name, contender),
        (error) => leaveOut(name, error),
      );
    }
    for (let number = 1; number <= options.rounds; number++) {
      await server.analyze();
      const round: Round = { loadBefore: await load(), loadAfter: NaN, figures: {} };
      for (const [name, contender] of inTurn([...contenders], number)) {
        if (name in absent) continue;
        await contender.round(seconds).then(
          (figures) => round.figures[name] = figures,
          (error) => leaveOut(name, error),
        );
      }
      round.loadAfter = await load();
      rounds.push(round);
      console.error(`  round ${number} of ${options.rounds}, load ${round.loadBefore} → ${round.loadAfter}`);
    }
  } finally {
    for (const contender of contenders.values()) await contender.close();
  }
  const undone = sides.flatMap(({ name, doesNot }) => doesNot ? [[name, doesNot]] : []);
  return {
    measure: measure.name,
    title: measure.title,
    sides: sides.map(({ name }) => name),
    rounds,
    absent,
    ...undone.length > 0 ? { doesNot: Object.fromEntries(undone) } : {},
  };
}

/** The same list, begun one further on each round: nobody always runs first, or after the same neighbour's dirt. */
function inTurn<T>(list: T[], round: number): T[] {
  const start = (round - 1) % Math.max(list.length, 1);
  return [...list.slice(start), ...list.slice(0, start)];
}
