/**
 * Reads what one test file printed in the Test Anything Protocol (testanything.org/tap-version-12-specification.html),
 * more strictly than most: whatever leaves a doubt that everything planned was checked and held is a problem. A test
 * that is skipped or marked as to do proves nothing, so a directive excuses nothing here.
 */

/** What one file's output amounts to. */
export interface TapResult {
  /** Assertions that held. */
  passed: number;
  /** Assertions that did not hold. */
  failed: number;
  /** One text for each thing wrong, with the diagnostics that belong to it; empty when all is well. */
  problems: string[];
}

interface Assertion {
  holds: boolean;
  line: string;
  number: number | undefined;
  diagnostics: string[];
  /** How many plans had been read before it. */
  plansBefore: number;
}

const PLAN = /^1\.\.(\d+)\s*(?:#.*)?$/;
const ASSERTION = /^(not )?ok\b(?:\s+(\d+))?/;
const DIRECTIVE = /(?<!\\)#\s*(?:skip|todo)\b/i;

/**
 * Parses the output of one file: lines of TAP, between which other lines are ignored. Problems are: no plan, several
 * plans or a plan among the assertions; more or fewer assertions than planned, or none at all; numbers out of order;
 * `not ok`; a SKIP or TODO directive; `Bail out!`.
 */
export function parseTap(output: string): TapResult {
  const plans: number[] = [];
  const assertions: Assertion[] = [];
  const bailouts: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const plan = line.match(PLAN);
    const assertion = line.match(ASSERTION);
    if (plan) {
      plans.push(Number(plan[1]));
    } else if (assertion) {
      const number = assertion[2] === undefined ? undefined : Number(assertion[2]);
      const holds = assertion[1] === undefined && !DIRECTIVE.test(line);
      assertions.push({ holds, line, number, diagnostics: [], plansBefore: plans.length });
    } else if (line.startsWith("#")) {
      assertions.at(-1)?.diagnostics.push(line);
    } else if (/^Bail out!/i.test(line)) {
      bailouts.push(line);
    }
  }
  const failed = assertions.filter((assertion) => !assertion.holds);
  return {
    passed: assertions.length - failed.length,
    failed: failed.length,
    problems: [
      ...failed.map(({ line, diagnostics }) => [line, ...diagnostics].join("\n")),
      ...bailouts,
      ...planProblems(plans, assertions),
      ...orderProblems(assertions),
    ],
  };
}

function planProblems(plans: number[], assertions: Assertion[]): string[] {
  const problems: string[] = [];
  const [planned] = plans;
  if (planned === undefined) problems.push("There is no plan.");
  if (plans.length > 1) problems.push(`There are ${plans.length} plans.`);
  if (planned !== undefined && planned !== assertions.length) {
    problems.push(`${planned} assertions were planned, ${assertions.length} were made.`);
  }
  if (assertions.length === 0) problems.push("Nothing was asserted.");
  const before = assertions.filter((assertion) => assertion.plansBefore > 0).length;
  if (before > 0 && before < assertions.length) {
    problems.push("The plan stands among the assertions instead of before or after them.");
  }
  return problems;
}

function orderProblems(assertions: Assertion[]): string[] {
  const index = assertions.findIndex(({ number }, at) => number !== undefined && number !== at + 1);
  return index < 0 ? [] : [`Assertion ${index + 1} is out of order: ${assertions[index]?.line}`];
}
