/**
 * `npm test` and its parts: `check` (format, lint, types, pages), `db` (pgTAP), `functions` (contract and functions), `local`
 * (the stack's own tests), `engine` (plans, races and properties of the SQL), `e2e`, `chaos` (a short run of it); `all` runs
 * every one. Ends with one line, "N passed, N failed"; exit code 1 if any failed.
 */
import { ROOT } from "./paths.ts";
import { runPgtap } from "./pgtap.ts";

interface Tally {
  passed: number;
  failed: number;
}

type Sink = typeof Deno.stdout | typeof Deno.stderr;
/** Where what a part prints goes. */
type Print = (sink: Sink, bytes: Uint8Array) => void;

const printAtOnce: Print = (sink, bytes) => void sink.writeSync(bytes);

const CODE = ["bench", "demo", "docs", "packages", "scripts", "shared", "supabase", "tests"];

/** Runs Deno with `args`, passing on what it prints; returns that and whether it succeeded. */
async function deno(args: string[], print: Print): Promise<{ success: boolean; text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const show = async (stream: ReadableStream<Uint8Array>, sink: Sink) => {
    for await (const bytes of stream) {
      text += new TextDecoder().decode(bytes);
      print(sink, bytes);
    }
  };
  await Promise.all([show(child.stdout, Deno.stdout), show(child.stderr, Deno.stderr)]);
  return { success: (await child.status).success, text };
}

/** One check counts as one test. */
async function oneCheck(...args: string[]): Promise<Tally> {
  const { success } = await deno(args, printAtOnce);
  return { passed: Number(success), failed: Number(!success) };
}

/** The last line of `deno test` counts; a run without one (it did not even start) is a failure. */
async function denoTest(args: string[], print: Print): Promise<Tally> {
  const { success, text } = await deno(["test", "-A", "--quiet", ...args], print);
  const counts = [...text.matchAll(/(\d+) passed.*?\| (\d+) failed/g)].at(-1);
  const tally = { passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 1) };
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

const PARTS: Record<string, (print: Print) => Promise<Tally[]>> = {
  check: async (print) => [
    await oneCheck("fmt", "--check", "--quiet", ...CODE),
    await oneCheck("lint", "--quiet", ...CODE),
    await oneCheck("check", "--quiet", ...CODE),
    await denoTest(["--parallel", "tests/docs"], print),
  ],
  db: async () => {
    const { passed, failed, report } = await runPgtap();
    console.log(report.join("\n"));
    return [{ passed, failed }];
  },
  functions: async (print) => [await denoTest(["supabase/functions", "shared", "scripts", "bench"], print)],
  local: async (print) => [await denoTest(["--parallel", "packages"], print)],
  engine: async (print) => [
    await denoTest(["--parallel", "tests/plans", "tests/races", "tests/property"], print),
  ],
  // Against one shared stack the files would change each other's settings.
  e2e: async (print) => [
    await denoTest(
      [...Deno.env.get("ESTEIRA_STACK") ? [] : ["--parallel"], "tests/e2e", "tests/known_bugs"],
      print,
    ),
  ],
  chaos: async (print) => [await denoTest(["tests/chaos"], print)],
};

/** Spends most of its time waiting for deadlines: it runs beside the others, and is shown when they are done. */
const BESIDE_THE_OTHERS = "chaos";

/** A part under way; what it prints is kept until `show` lets it out. */
interface Running {
  readonly name: string;
  readonly tallies: Promise<Tally[]>;
  readonly seconds: Promise<number>;
  show(): void;
}

function start(name: string, isShown: boolean): Running {
  const part = PARTS[name];
  if (!part) {
    console.error(`There is no part ${name}; there are ${Object.keys(PARTS).join(", ")} and all.`);
    Deno.exit(2);
  }
  const held: [Sink, Uint8Array][] = [];
  let isOpen = isShown;
  const startedAt = performance.now();
  const tallies = part((sink, bytes) => isOpen ? printAtOnce(sink, bytes) : void held.push([sink, bytes]));
  return {
    name,
    tallies,
    seconds: tallies.then(() => (performance.now() - startedAt) / 1000),
    show() {
      isOpen = true;
      for (const [sink, bytes] of held.splice(0)) printAtOnce(sink, bytes);
    },
  };
}

const wanted = Deno.args[0] ?? "all";
const names = wanted === "all" ? Object.keys(PARTS).filter((name) => name !== BESIDE_THE_OTHERS) : [wanted];
const beside = wanted === "all" ? [start(BESIDE_THE_OTHERS, false)] : [];
const total: Tally = { passed: 0, failed: 0 };

async function finish(running: Running): Promise<void> {
  running.show();
  for (const { passed, failed } of await running.tallies) {
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`— ${running.name}: ${(await running.seconds).toFixed(1)} s\n`);
}

for (const name of names) await finish(start(name, true));
for (const running of beside) await finish(running);
console.log(`${total.passed} passed, ${total.failed} failed`);
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
