/** `npm run test:long`: the same tests with many more cases, and chaos with all that it can break. */
import { denoCheck, denoTest } from "./command.ts";
import { type Part, type Piece, sum } from "./part.ts";
import { inTurn } from "./parts.ts";

const PIECES: readonly Piece[] = [
  (print) =>
    denoTest(["--parallel", "tests/property"], print, {
      ESTEIRA_SEQUENCES: "20000",
      ESTEIRA_VERDICTS: "400",
    }),
  (print) => denoTest(["packages/client/live/any_order.test.ts"], print, { ESTEIRA_SEQUENCES: "10000" }),
  (print) => denoTest(["tests/races/no_deadlock.test.ts"], print, { ESTEIRA_RACE_OPERATIONS: "100000" }),
  (print) =>
    denoTest(
      [
        "tests/e2e/killed_copies.test.ts",
        "tests/e2e/large_uploads.test.ts",
        "tests/e2e/redrive.test.ts",
        "tests/e2e/contract.test.ts",
        "tests/e2e/any_path.test.ts",
        "tests/browser/gallery.test.ts",
        "tests/browser/long_queue.test.ts",
        "tests/console",
        "tests/faults",
        "supabase/functions/_shared/providers/hostile_bodies.test.ts",
        "scripts/house/expressions.test.ts",
        "scripts/client/app/fresh_app.test.ts",
        "tests/deploy",
      ],
      print,
      { ESTEIRA_BIG: "1" },
    ),
  (print) =>
    denoTest(
      ["supabase/functions/_shared/providers", "supabase/functions/_shared/platforms", "shared/publishing"],
      print,
      {
        ESTEIRA_BODIES: "10000",
      },
    ),
  (print) => denoTest(["tests/simulation"], print, { ESTEIRA_PEOPLE: "1000" }),
  (print) => denoTest(["tests/e2e/fuzz.test.ts"], print, { ESTEIRA_FUZZ_REQUESTS: "5000" }),
  (print) => denoTest(["tests/console/console.test.ts"], print, { ESTEIRA_CONSOLE_JOBS: "100000" }),
  (print) => denoCheck(["run", "-A", "tests/chaos/main.ts"], print),
];

/** What takes too long for `all`. */
export const LONG: Part = {
  run: async (print) => sum(await inTurn(PIECES, print)),
  pieces: () => Promise.resolve(PIECES),
};
