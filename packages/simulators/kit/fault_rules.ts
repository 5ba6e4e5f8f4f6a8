/**
 * Faults on request. A rule says which tasks (or requests) it is for, how often it strikes and what then goes
 * wrong; the book keeps the rules in order and counts. What a fault does is said in `common_faults.ts` and by each
 * simulator.
 */
import { z } from "zod";

/** One rule; `Fault` is the simulator's union of faults, told apart by `kind`. */
export interface FaultRule<Fault> {
  /** Strikes only where one of the compared texts contains this; absent: everywhere. */
  contains?: string;
  /** How often it strikes; absent: as often as it matches. */
  times?: number;
  /**
   * `text`: the strikes are counted anew for each different text that contains `contains`. With a word in many
   * prompts, each of these jobs then has its own first `times` strikes.
   */
  per?: "text";
  fault: Fault;
}

/** The schema of a rule whose `fault` satisfies `fault`; unknown keys are refused, so that a typing error shows. */
export function faultRuleSchema<Fault extends z.ZodType>(fault: Fault) {
  return z.strictObject({
    contains: z.string().min(1).optional(),
    times: z.int().positive().optional(),
    per: z.literal("text").optional(),
    fault,
  }).refine(({ per, contains }) => per === undefined || contains !== undefined, {
    error: "`per` needs `contains`",
  });
}

interface Entry<Fault> {
  readonly rule: FaultRule<Fault>;
  /** Strikes so far, by the text they are counted for; all under "" without `per`. */
  readonly strikes: Map<string, number>;
}

/** The rules in force, oldest first. */
export class FaultBook<Fault extends { kind: string }> {
  readonly #entries = new Map<string, Entry<Fault>[]>();

  add(rule: FaultRule<Fault>): void {
    const ofKind = this.#entries.get(rule.fault.kind);
    const entry = { rule, strikes: new Map<string, number>() };
    if (ofKind) ofKind.push(entry);
    else this.#entries.set(rule.fault.kind, [entry]);
  }

  clear(): void {
    this.#entries.clear();
  }

  /**
   * Takes one strike of the oldest rule of this kind that is not used up and matches.
   * @param texts what `contains` is compared with.
   * @param applies narrows the choice further, for kinds that are about one endpoint.
   * @returns the fault, or undefined when nothing is to go wrong.
   */
  take<Kind extends Fault["kind"]>(
    kind: Kind,
    texts: readonly string[],
    applies: (fault: Extract<Fault, { kind: Kind }>) => boolean = () => true,
  ): Extract<Fault, { kind: Kind }> | undefined {
    const isOfKind = (fault: Fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind;
    for (const { rule, strikes } of this.#entries.get(kind) ?? []) {
      const { contains, times = Infinity, per, fault } = rule;
      if (!isOfKind(fault) || !applies(fault)) continue;
      const struck = contains === undefined ? "" : texts.find((text) => text.includes(contains));
      if (struck === undefined) continue;
      const counted = per === "text" ? struck : "";
      const before = strikes.get(counted) ?? 0;
      if (before >= times) continue;
      strikes.set(counted, before + 1);
      return fault;
    }
    return undefined;
  }
}
