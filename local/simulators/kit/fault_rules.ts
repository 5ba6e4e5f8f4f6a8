/**
 * Faults on request. A rule says which tasks (or requests) it is for, how often it strikes and what then goes
 * wrong; the book keeps the rules in order and counts. What a fault does is the affair of each simulator.
 */
import { z } from "zod";

/** One rule; `Fault` is the simulator's union of faults, told apart by `kind`. */
export interface FaultRule<Fault> {
  /** Strikes only where one of the compared texts contains this; absent: everywhere. */
  contains?: string;
  /** How often it strikes; absent: as often as it matches. */
  times?: number;
  fault: Fault;
}

/** The schema of a rule whose `fault` satisfies `fault`; unknown keys are refused, so that a typing error shows. */
export function faultRuleSchema<Fault extends z.ZodType>(fault: Fault) {
  return z.strictObject({
    contains: z.string().min(1).optional(),
    times: z.int().positive().optional(),
    fault,
  });
}

interface Entry<Fault> {
  readonly rule: FaultRule<Fault>;
  left: number;
}

/** The rules in force, oldest first. */
export class FaultBook<Fault extends { kind: string }> {
  #entries: Entry<Fault>[] = [];

  add(rule: FaultRule<Fault>): void {
    this.#entries.push({ rule, left: rule.times ?? Infinity });
  }

  clear(): void {
    this.#entries = [];
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
    for (const entry of this.#entries) {
      const { contains, fault } = entry.rule;
      if (entry.left < 1 || !isOfKind(fault) || !applies(fault)) continue;
      if (contains !== undefined && !texts.some((text) => text.includes(contains))) continue;
      entry.left--;
      return fault;
    }
    return undefined;
  }
}
