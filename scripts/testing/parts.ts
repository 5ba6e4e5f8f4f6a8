/** The parts of `npm test`, each named for what it runs. */
import { runPgtap } from "../database/pgtap.ts";
import { check } from "./check.ts";
import { denoTest, runCommand } from "./command.ts";
import { type Part, type Print, printLine, sum, type Tally, type Wanted } from "./part.ts";
import { listTestFiles, pick } from "./test_files.ts";

/** What runs side by side must not share a stack: with ESTEIRA_STACK there is but one. */
const beside = Deno.env.get("ESTEIRA_STACK") ? [] : ["--parallel"];

/** The parts of `all`, in the order in which they run. */
export const PARTS: Readonly<Record<string, Part>> = {
  check: (print) => check(print),
  db: databaseTests,
  functions: testsIn(["supabase/functions", "shared"]),
  scripts: testsIn(["scripts", "bench", "packages/supabase-cli"]),
  schema: testsIn(["tests/schema"], "--parallel"),
  upgrade: testsIn(["tests/upgrade"]),
  stack: testsIn(["packages/local-supabase", "packages/multipart"], "--parallel"),
  simulators: testsIn(["packages/simulators"], "--parallel"),
  client: testsIn(["packages/client"], "--parallel"),
  plans: testsIn(["tests/plans"]),
  races: testsIn(["tests/races"], "--parallel"),
  properties: testsIn(["tests/property"], "--parallel"),
  e2e: testsIn(["tests/e2e"], ...beside),
  bugs: testsIn(["tests/known_bugs"], ...beside),
  chaos: testsIn(["tests/chaos"]),
};

/** Spends most of its time waiting for deadlines: in `all` it runs beside the others, and is shown when they are done. */
export const BESIDE_THE_OTHERS = "chaos";

/** Parts that keep one core busy each: in `all` they run side by side, and are shown one after the other. */
export const SIDE_BY_SIDE: readonly (readonly string[])[] = [
  ["check", "db"],
  ["functions", "scripts"],
  ["upgrade", "plans"],
];

/** What takes too long for `all`: the same tests with many more cases, and chaos with all that it can break. */
export const LONG: Part = async (print) =>
  sum([
    await denoTest(["--parallel", "tests/property"], print, { ESTEIRA_SEQUENCES: "20000" }),
    await denoTest(["tests/races/no_deadlock.test.ts"], print, { ESTEIRA_RACE_OPERATIONS: "100000" }),
    await denoTest(["tests/e2e/killed_copies.test.ts", "tests/e2e/contract.test.ts"], print, {
      ESTEIRA_BIG: "1",
    }),
    await denoTest(
      ["supabase/functions/_shared/providers/hostile_bodies.test.ts", "scripts/house/expressions.test.ts"],
      print,
      { ESTEIRA_BIG: "1" },
    ),
    await denoTest(["tests/e2e/fuzz.test.ts"], print, { ESTEIRA_FUZZ_REQUESTS: "5000" }),
    await longChaos(print),
  ]);

/** The tests of some folders, or those of them whose path has one of the words in it. */
function testsIn(folders: readonly string[], ...options: string[]): Part {
  return async (print, { words, typesAreChecked }) => {
    const flags = [...options, ...typesAreChecked ? ["--no-check"] : []];
    if (words.length === 0) return await denoTest([...flags, ...folders], print);
    const files = pick(await listTestFiles(folders), words);
    if (files.length > 0) return await denoTest([...flags, ...files], print);
    printLine(
      print,
      `No test file in ${folders.join(", ")} has ${
        words.map((word) => `"${word}"`).join(" or ")
      } in its path.`,
    );
    return { passed: 0, failed: 1 };
  };
}

async function databaseTests(print: Print, { words }: Wanted): Promise<Tally> {
  const { passed, failed, report } = await runPgtap({ filters: words });
  printLine(print, report.join("\n"));
  return { passed, failed };
}

async function longChaos(print: Print): Promise<Tally> {
  const { success } = await runCommand(Deno.execPath(), ["run", "-A", "tests/chaos/main.ts"], print);
  return { passed: Number(success), failed: Number(!success) };
}
