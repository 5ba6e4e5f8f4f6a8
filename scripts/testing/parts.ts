/** The parts of `npm test`, each named for what it runs. */
import { checks } from "./check.ts";
import { denoTest } from "./command.ts";
import { databaseTest } from "./database.ts";
import { type Part, type Piece, type Print, printLine, sum, type Tally } from "./part.ts";
import { Again } from "./again.ts";
import { deal, listTestFiles, mayShare, pick } from "./test_files.ts";
import { vitest } from "./vitest.ts";

/** What runs side by side must not share a stack: with ESTEIRA_STACK there is but one. */
const beside = Deno.env.get("ESTEIRA_STACK") ? [] : ["--parallel"];

/** The test file that has others run in its own runtime. */
const TOGETHER = "scripts/testing/together.ts";

/** What failed beside others where it waits by the clock: run again, alone, at the end of `all`. */
export const again = new Again();

/**
 * The parts of `all`, in the order in which they are shown. The number: into how many pieces a part is dealt there, so
 * that none takes much longer than half a minute.
 */
export const PARTS: Readonly<Record<string, Part>> = {
  check: { run: async (print) => sum(await inTurn(checks, print)), pieces: () => Promise.resolve(checks) },
  db: databaseTests(3),
  functions: waitingTestsIn(["supabase/functions", "shared"], 4),
  scripts: waitingTestsIn(["scripts", "bench", "packages/supabase-cli"], 2),
  schema: waitingTestsIn(["tests/schema"], 2, "--parallel"),
  upgrade: waitingTestsIn(["tests/upgrade"], 1),
  deploy: waitingTestsIn(["tests/deploy"], 2, "--parallel"),
  stack: waitingTestsIn(["packages/local-supabase", "packages/multipart"], 4, "--parallel"),
  simulators: waitingTestsIn(["packages/simulators", "tests/world"], 1, "--parallel"),
  client: waitingTestsIn(["packages/client"], 2, "--parallel"),
  react: vitestPart("packages/client/react/vitest.config.ts"),
  console: vitestPart("packages/console/vitest.config.ts"),
  plans: waitingTestsIn(["tests/plans"], 1),
  races: waitingTestsIn(["tests/races"], 4, "--parallel"),
  properties: testsIn(["tests/property"], 3, "--parallel"),
  simulation: waitingTestsIn(["tests/simulation"], 1),
  e2e: waitingTestsIn(["tests/e2e"], 9, ...beside),
  faults: waitingTestsIn(["tests/faults"], 3, ...beside),
  browser: waitingTestsIn(["tests/browser", "tests/console"], 5),
  bugs: waitingTestsIn(["tests/known_bugs"], 2, ...beside),
  chaos: waitingTestsIn(["tests/chaos"], 1),
};

/** The tests of some folders, or those of them whose path has one of the words in it. */
function testsIn(folders: readonly string[], pieces: number, ...options: string[]): Part {
  return dealtTestsIn(folders, pieces, options, denoTest);
}

/** The same, of tests some of which wait by the clock: for other programs, or for what must not come too late. */
function waitingTestsIn(folders: readonly string[], pieces: number, ...options: string[]): Part {
  return dealtTestsIn(folders, pieces, options, (...given) => again.denoTest(...given));
}

/** `test`: runs `deno test` with these arguments and environment, beside other pieces. */
function dealtTestsIn(
  folders: readonly string[],
  pieces: number,
  options: readonly string[],
  test: (args: readonly string[], print: Print, env?: Record<string, string>) => Promise<Tally>,
): Part {
  return {
    async run(print, words) {
      if (words.length === 0) return await denoTest([...options, ...folders], print);
      const files = pick(await listTestFiles(folders), words);
      if (files.length > 0) return await denoTest([...options, ...files], print);
      const told = words.map((word) => `"${word}"`).join(" or ");
      printLine(print, `No test file in ${folders.join(", ")} has ${told} in its path.`);
      return { passed: 0, failed: 1 };
    },
    async pieces() {
      const files = await listTestFiles(folders);
      const sharing = files.filter(mayShare);
      const hands = deal(files.filter((file) => !mayShare(file)), pieces);
      return [
        ...hands.map((files): Piece => (print) => test(["--no-check", ...files], print)),
        ...sharing.length === 0
          ? []
          : [(print: Print) =>
            test(["--no-check", TOGETHER], print, { ESTEIRA_TOGETHER: JSON.stringify(sharing) })],
      ];
    },
  };
}

/** The tests that a config of vitest names, in Node and a DOM. */
function vitestPart(config: string): Part {
  return {
    run: (print, words) => vitest(config, words, print),
    pieces: () => Promise.resolve([(print) => again.vitest(config, print)]),
  };
}

function databaseTests(pieces: number): Part {
  return {
    run: (print, words) => databaseTest({ filters: words }, print),
    pieces: () =>
      Promise.resolve(
        Array.from({ length: pieces }, (_, at) => (print) => again.databaseTest({ at, of: pieces }, print)),
      ),
  };
}

/** Runs pieces one after the other. */
export async function inTurn(pieces: readonly Piece[], print: Print): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const piece of pieces) tallies.push(await piece(print));
  return tallies;
}
