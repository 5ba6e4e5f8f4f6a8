import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../paths.ts";
import { readDenoTally } from "./command.ts";
import { hasRoom } from "./memory.ts";
import { type Part, printLine, sum, told } from "./part.ts";
import { PARTS } from "./parts.ts";
import { startAll } from "./pool.ts";
import { deal, listTestFiles, pick } from "./test_files.ts";
import { readVitestTally } from "./vitest.ts";

Deno.test("what deno test counted is read from its last line", () => {
  const text = "ok | 2 passed | 0 failed (3ms)\n…\nFAILED | 7 passed (2 steps) | 3 failed | 1 ignored (4s)\n";
  const { passed, failed, skipped } = readDenoTally(text, false);
  assert.deepEqual({ passed, failed, skipped }, { passed: 7, failed: 3, skipped: 1 });
});

Deno.test("a run that did not even start has failed, and so has one that ended badly after all", () => {
  const missing = "error: Module not found";
  assert.deepEqual(readDenoTally(missing, false), {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [missing],
  });
  const leaky = "ok | 2 passed | 0 failed (3ms)";
  assert.deepEqual(readDenoTally(leaky, false), { passed: 2, failed: 1, skipped: 0, failures: [leaky] });
});

Deno.test("what vitest counted is read from its summary, and a run without one has failed", () => {
  const text =
    " Test Files  41 passed | 1 skipped (42)\n      Tests  2 failed | 329 passed | 3 skipped (334)\n";
  const { passed, failed, skipped } = readVitestTally(text, false);
  assert.deepEqual({ passed, failed, skipped }, { passed: 329, failed: 2, skipped: 3 });
  assert.deepEqual(readVitestTally("Error: no such config", false), {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: ["Error: no such config"],
  });
});

Deno.test("a word picks the test files that have it in their path, a path itself", async () => {
  const files = await listTestFiles(["scripts"]);
  assert.ok(files.includes("scripts/testing/testing.test.ts"), files.join());
  assert.deepEqual(pick(files, ["testing/testing"]), ["scripts/testing/testing.test.ts"]);
  assert.deepEqual(pick(files, ["./scripts/database/tap.test.ts"]), ["scripts/database/tap.test.ts"]);
  assert.deepEqual(pick(files, [join(ROOT, "scripts/database/tap.test.ts"), "schemas"]), [
    "scripts/database/schemas.test.ts",
    "scripts/database/tap.test.ts",
  ]);
  assert.deepEqual(pick(files, ["nowhere"]), []);
});

Deno.test("files are dealt so that each is in one hand, and no hand is empty", () => {
  assert.deepEqual(deal(["a", "b", "c", "d", "e"], 2), [["a", "c", "e"], ["b", "d"]]);
  assert.deepEqual(deal(["a"], 3), [["a"]]);
});

Deno.test("pieces of parts run side by side, as many as there are workers, and each is heard whole", async () => {
  let [now, most] = [0, 0];
  const partOf = (count: number): Part => ({
    run: () => Promise.reject(new Error("not in pieces")),
    pieces: () =>
      Promise.resolve(Array.from({ length: count }, () => async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        return { passed: 1, failed: 0 };
      })),
  });
  const parts = [["one", partOf(3)], ["two", partOf(4)]] as const;
  const running = await startAll(parts, {
    workers: { waiting: 1, busy: 1 },
    waiting: ["two"],
    busy: [],
  });
  assert.deepEqual(running.map(({ name }) => name), ["one", "two"], "shown in the order of the parts");
  const done = await Promise.all(running.map(({ done }) => done));
  assert.deepEqual(done.map(({ tally }) => tally.passed), [3, 4]);
  assert.equal(most, 2);
});

Deno.test("what waits begins beside what is busy, and what is short comes last", async () => {
  const order: string[] = [];
  const partOf = (name: string): Part => ({
    run: () => Promise.reject(new Error("not in pieces")),
    pieces: () =>
      Promise.resolve([() => {
        order.push(name);
        return Promise.resolve({ passed: 1, failed: 0 });
      }]),
  });
  const names = ["short", "waits", "waits less", "busy", "busy less"];
  const plan = { waiting: ["waits", "waits less"], busy: ["busy", "busy less"] };
  for (const workers of [{ waiting: 1, busy: 0 }, { waiting: 1, busy: 1 }]) {
    const running = await startAll(names.map((name) => [name, partOf(name)]), { workers, ...plan });
    await Promise.all(running.map(({ done }) => done));
  }
  assert.deepEqual(order.splice(0, 5), ["waits", "waits less", "short", "busy less", "busy"]);
  assert.deepEqual(order, ["waits", "busy", "waits less", "busy less", "short"]);
});

Deno.test("a piece that failed without a word is told by what it printed", async () => {
  const part: Part = {
    run: () => Promise.reject(new Error("not in pieces")),
    pieces: () =>
      Promise.resolve([(print) => {
        printLine(print, "the format is not kept");
        return Promise.resolve({ passed: 0, failed: 1 });
      }]),
  };
  const [running] = await startAll([["check", part]], {
    workers: { waiting: 1, busy: 0 },
    waiting: [],
    busy: [],
  });
  assert.deepEqual((await running?.done)?.tally.failures, ["the format is not kept"]);
});

Deno.test("a piece that throws is not taken for one that passed", async () => {
  const broken: Part = {
    run: () => Promise.reject(new Error("no")),
    pieces: () => Promise.resolve([() => Promise.reject(new Error("broken"))]),
  };
  const [running] = await startAll([["broken", broken]], {
    workers: { waiting: 1, busy: 0 },
    waiting: [],
    busy: [],
  });
  await assert.rejects(running?.done ?? Promise.resolve(), /broken/);
});

Deno.test("every test file belongs to a part", async () => {
  const { scripts } = JSON.parse(await Deno.readTextFile(join(ROOT, "package.json")));
  for (const part of Object.keys(PARTS)) assert.ok(part === "check" || `test:${part}` in scripts, part);
  const source = await Deno.readTextFile(join(ROOT, "scripts/testing/parts.ts")) +
    await Deno.readTextFile(join(ROOT, "scripts/testing/check.ts"));
  const folders = [...source.matchAll(/"((?:tests|packages|supabase|shared|scripts|bench)[\w/-]*)"/g)].map((
    m,
  ) => m[1]);
  const files = await listTestFiles(["bench", "demo", "packages", "scripts", "shared", "supabase", "tests"]);
  assert.deepEqual(files.filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`))), []);
});

Deno.test("databases run in memory where there is room for one a core and more, and nowhere else", () => {
  const gib = 2 ** 30;
  assert.ok(hasRoom({ shared: 4 * gib, memory: 8 * gib, cores: 4 }));
  assert.ok(!hasRoom({ shared: 64 * 2 ** 20, memory: 64 * gib, cores: 4 }), "as in a container");
  assert.ok(!hasRoom({ shared: 4 * gib, memory: 3 * gib, cores: 4 }), "what lies there is memory");
  assert.ok(!hasRoom({ shared: 4 * gib, memory: 64 * gib, cores: 32 }));
});

Deno.test("tallies sum up", () => {
  const total = sum([{ passed: 1, failed: 0 }, { passed: 2, failed: 3, skipped: 4 }]);
  assert.deepEqual(total, { passed: 3, failed: 3, skipped: 4, again: 0, failures: [] });
  assert.equal(told(total), "3 passed, 3 failed, 4 skipped");
  assert.equal(told({ passed: 9, failed: 0, again: 2 }), "9 passed, 0 failed, 2 files only alone");
  assert.equal(told({ passed: 1, failed: 0, skipped: 0 }), "1 passed, 0 failed");
});
