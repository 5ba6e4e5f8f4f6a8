/**
 * `npm test` and its parts: `check` (format, lint, types), `db` (pgTAP), `functions` (contract and functions), `local`
 * (the stack's own tests), `engine` (plans, races and properties of the SQL), `e2e`; `all` runs every one. Ends with one line, "N passed, N failed"; exit code 1 if any failed.
 */
import { ROOT } from "./paths.ts";
import { runPgtap } from "./pgtap.ts";

interface Tally {
  passed: number;
  failed: number;
}

const CODE = ["bench", "demo", "docs", "local", "scripts", "shared", "supabase", "tests"];

/** Runs Deno with `args`, showing what it prints; returns that and whether it succeeded. */
async function deno(...args: string[]): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const show = async (stream: ReadableStream<Uint8Array>, sink: { writeSync(bytes: Uint8Array): number }) => {
    for await (const bytes of stream) {
      text += new TextDecoder().decode(bytes);
      sink.writeSync(bytes);
    }
  };
  await Promise.all([show(child.stdout, Deno.stdout), show(child.stderr, Deno.stderr)]);
  return { success: (await child.status).success, text };
}

/** One check counts as one test. */
async function oneCheck(...args: string[]): Promise<Tally> {
  const { success } = await deno(...args);
  return { passed: Number(success), failed: Number(!success) };
}

/** The last line of `deno test` counts; a run without one (it did not even start) is a failure. */
async function denoTest(...args: string[]): Promise<Tally> {
  const { success, text } = await deno("test", "-A", "--quiet", ...args);
  const counts = [...text.matchAll(/(\d+) passed.*?\| (\d+) failed/g)].at(-1);
  const tally = { passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 1) };
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

const PARTS: Record<string, () => Promise<Tally[]>> = {
  check: async () => [
    await oneCheck("fmt", "--check", "--quiet", ...CODE),
    await oneCheck("lint", "--quiet", ...CODE),
    await oneCheck("check", "--quiet", ...CODE),
  ],
  db: async () => {
    const { passed, failed, report } = await runPgtap();
    console.log(report.join("\n"));
    return [{ passed, failed }];
  },
  functions: async () => [await denoTest("supabase/functions", "shared", "scripts", "bench")],
  local: async () => [await denoTest("--parallel", "local")],
  engine: async () => [await denoTest("--parallel", "tests/plans", "tests/races", "tests/property")],
  // Against one shared stack the files would change each other's settings.
  e2e: async () => [
    await denoTest(...Deno.env.get("ESTEIRA_STACK") ? [] : ["--parallel"], "tests/e2e", "tests/known_bugs"),
  ],
};

const wanted = Deno.args[0] ?? "all";
const names = wanted === "all" ? Object.keys(PARTS) : [wanted];
const total: Tally = { passed: 0, failed: 0 };
for (const name of names) {
  const part = PARTS[name];
  if (!part) {
    console.error(`There is no part ${name}; there are ${Object.keys(PARTS).join(", ")} and all.`);
    Deno.exit(2);
  }
  const startedAt = performance.now();
  for (const { passed, failed } of await part()) {
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`— ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
