/**
 * Runs the database tests, supabase/tests, without Docker and as `supabase test db` runs them: every *.sql below it
 * in alphabetical order of path, each in a session of its own as `postgres`, with pgTAP in schema extensions.
 * `deno run -A scripts/database/pgtap.ts [word…]` prints the report and exits with 1 when something failed.
 */
import { join } from "node:path";
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { type Project, readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../paths.ts";
import { pick } from "../testing/test_files.ts";
import { parseTap, type TapResult } from "./tap.ts";

export interface PgtapOptions {
  /**
   * Run only the files whose path contains one of these words, and those that stand outside any folder: the helpers.
   * None: all. A word may be a path, as a shell completes it.
   */
  filters?: readonly string[];
  /** Of the files outside the helpers only every `of`th, beginning with number `at`: shares add up to the whole. */
  share?: { at: number; of: number };
  /** The project whose migrations and tests are meant; by default this repository's. */
  project?: Project;
}

export interface PgtapSummary {
  /** Assertions that held, in all files. */
  passed: number;
  /** Assertions that did not hold, and other problems of files: errors, broken plans, nothing asserted. */
  failed: number;
  /** A line for each file, and below it what went wrong in it. */
  report: string[];
  /** The files in which something went wrong; each of these paths is a filter that picks it. */
  failedFiles: string[];
}

/** Starts a database with the project's migrations and seed, runs the test files against it and stops it. */
export async function runPgtap(
  { filters = [], share = { at: 0, of: 1 }, project }: PgtapOptions = {},
): Promise<PgtapSummary> {
  const { directory: home, ...contents } = project ?? await readProject(SUPABASE);
  const directory = join(home, "tests");
  const all = await listFiles(directory);
  const wanted = filters.length === 0
    ? all
    : pick(all.map((path) => `${TESTS}${path}`), filters).map((path) => path.slice(TESTS.length));
  const isHelper = (path: string) => !path.includes("/");
  const shared = wanted.filter((path) => !isHelper(path)).filter((_, n) => n % share.of === share.at);
  const files = all.filter((path) => isHelper(path) || shared.includes(path));
  const cluster = await startDatabase(contents);
  const summary: PgtapSummary = { passed: 0, failed: 0, report: [], failedFiles: [] };
  try {
    await execute(cluster.url(), "create extension if not exists pgtap with schema extensions");
    for (const path of files) {
      const { passed, problems } = await runFile(cluster.url(), join(directory, path));
      summary.passed += passed;
      summary.failed += problems.length;
      if (problems.length > 0) summary.failedFiles.push(`${TESTS}${path}`);
      summary.report.push(`${problems.length > 0 ? "FAILED" : "ok    "} ${path} (${passed})`);
      summary.report.push(...problems.map((problem) => problem.replace(/^/gm, "         ")));
    }
  } finally {
    await cluster.stop();
  }
  if (wanted.length === 0) {
    summary.failed++;
    summary.report.push(
      `FAILED No test file has ${filters.map((word) => `"${word}"`).join(" or ")} in its path.`,
    );
  }
  return summary;
}

/** Where the tests of a project lie, as somebody types it. */
const TESTS = "supabase/tests/";

/** Paths of the *.sql files below `directory`, relative to it, sorted as bytes. */
async function listFiles(directory: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(join(directory, prefix))) {
    const path = prefix + entry.name;
    if (entry.isDirectory) paths.push(...await listFiles(directory, `${path}/`));
    else if (entry.name.endsWith(".sql")) paths.push(path);
  }
  return prefix === "" ? paths.sort() : paths;
}

async function runFile(url: string, file: string): Promise<TapResult> {
  const { output, error } = await execute(url, await Deno.readTextFile(file));
  const result = parseTap(output);
  if (error) result.problems.unshift(`The file ended with an error: ${error}`);
  return result;
}

/**
 * Runs a script by the simple query protocol in a session of its own. Returns what psql would print of it unadorned:
 * a line for each row, its cells joined by "|"; and the error that ended it, if one did.
 */
async function execute(url: string, script: string): Promise<{ output: string; error?: string }> {
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice: () => {},
    connection: { statement_timeout: 60_000 }, // a test that waits for a lock must not hang the run
  });
  const lines: string[] = [];
  const text = (cell: Uint8Array | null) => cell === null ? "" : new TextDecoder().decode(cell);
  try {
    await sql.unsafe(script).simple().raw().forEach((row) => {
      lines.push(row.map(text).join("|"));
    });
    return { output: lines.join("\n") };
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const { code, message, detail, where } = error;
    return {
      output: lines.join("\n"),
      error: [`${code} ${message}`, detail, where].filter(Boolean).join("\n"),
    };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

if (import.meta.main) {
  const { passed, failed, report } = await runPgtap({ filters: Deno.args });
  console.log(report.join("\n"));
  console.log(`\n${passed} assertions passed, ${failed} failed`);
  if (failed > 0) Deno.exit(1);
}
