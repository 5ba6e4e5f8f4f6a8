/** `npm run check`: what can be seen without running the product. What is wrong is told with its file. */
import { join } from "node:path";
import { arch, platform } from "node:process";
import { parse } from "smol-toml";
import { z } from "zod";
import { exists } from "@esteira/local-supabase/cache";
import { buildClient } from "../client/build.ts";
import { BASELINE, renderBaseline } from "../database/migrations/baseline.ts";
import { lockProblems } from "../database/migrations/lock.ts";
import { lockedFiles, readMigrationFiles, readReleased } from "../database/migrations/released.ts";
import { ROOT } from "../paths.ts";
import { readSchemaFiles } from "../database/schemas.ts";
import { denoCheck, denoTest, runCommand } from "./command.ts";
import { type Piece, type Print, printLine, sum, type Tally } from "./part.ts";

/** Types; format and lint of the code; what the pages say; the lock and the lint of the migrations. */
export const checks: readonly Piece[] = [
  (print) => denoCheck(["check", "--quiet", "."], print),
  async (print) =>
    sum([
      await denoCheck(["fmt", "--check"], print),
      await denoCheck(["lint"], print),
      await typesInBrowsers(print),
      await denoTest(["--no-check", "tests/docs"], print), // the first has seen their types
      await migrationsAreLocked(print),
      await migrationsAreSafe(print),
    ]),
];

/**
 * Checks with `tsc` what runs in browsers: the packages and examples that have a tsconfig.json. The client's core is
 * checked both ways, as it runs in both; examples see of it what an app sees, so it is built.
 */
async function typesInBrowsers(print: Print): Promise<Tally> {
  try {
    await buildClient();
  } catch (error) {
    printLine(print, String(error));
    return tallyOf(false);
  }
  const folders = await foldersWith("tsconfig.json", ["packages", "examples"]);
  const tsc = "node_modules/typescript/bin/tsc";
  const runs = folders.map((folder) => runCommand("node", [tsc, "--pretty", "false", "-p", folder], print));
  return tallyOf((await Promise.all(runs)).every(({ success }) => success));
}

async function foldersWith(file: string, parents: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const parent of parents) {
    for await (const { name } of Deno.readDir(join(ROOT, parent))) {
      if (await exists(join(ROOT, parent, name, file))) found.push(`${parent}/${name}`);
    }
  }
  return found;
}

/** Whether supabase/migrations holds what was released, and is what the schemas say where nothing was. */
async function migrationsAreLocked(print: Print): Promise<Tally> {
  const problems = lockProblems({
    released: await readReleased(),
    files: await readMigrationFiles(),
    baseline: renderBaseline(await readSchemaFiles()),
  });
  for (const problem of problems) printLine(print, `supabase/migrations: ${problem}`);
  return tallyOf(problems.length === 0);
}

/**
 * Lints the migrations that are not released yet with squawk, as .squawk.toml says. The baseline makes tables where
 * there are none: rules about those who wait for a statement do not apply to it.
 */
async function migrationsAreSafe(print: Print): Promise<Tally> {
  const squawk = join(ROOT, `node_modules/@squawk-cli/${platform}-${arch}/bin/squawk`);
  if (!await exists(squawk)) {
    printLine(print, `${squawk}, the SQL linter, is missing. Run "npm ci".`);
    return tallyOf(false);
  }
  const locked = new Set(lockedFiles(await readReleased()).map(({ file }) => file));
  const fresh = [...(await readMigrationFiles()).keys()].filter((name) => !locked.has(name));
  const excluded = await excludedRules();
  const runs = fresh.map((name) => [
    ...(name === BASELINE ? ["--exclude", [...excluded, ...ABOUT_WAITING].join(",")] : []),
    `supabase/migrations/${name}`,
  ]);
  const results = await Promise.all(runs.map((args) => lint(squawk, args, print)));
  return tallyOf(results.every((isSafe) => isSafe));
}

async function lint(squawk: string, args: readonly string[], print: Print): Promise<boolean> {
  return (await runCommand(squawk, ["--config", CONFIG, "--reporter", "gcc", ...args], print)).success;
}

const CONFIG = ".squawk.toml";

/** The rules that no file has to keep; on the command line, exclusions take the place of the file's. */
async function excludedRules(): Promise<string[]> {
  const config = parse(await Deno.readTextFile(join(ROOT, CONFIG)));
  return z.object({ excluded_rules: z.array(z.string()) }).parse(config).excluded_rules;
}

const ABOUT_WAITING = [
  "adding-foreign-key-constraint",
  "constraint-missing-not-valid",
  "require-concurrent-index-creation",
  "require-lock-timeout",
  "require-statement-timeout",
];

function tallyOf(holds: boolean): Tally {
  return { passed: Number(holds), failed: Number(!holds) };
}
