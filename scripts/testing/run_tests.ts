/**
 * `npm test` and its parts (testing/parts.ts): `run_tests.ts all`, `run_tests.ts <part> [word…]`, `run_tests.ts long`.
 * A word stands for the test files that have it in their path. Tells what failed once more when all
 * is done (failures.ts), and ends with one line, "N passed, N failed", and how many were skipped, or passed only when they
 * were run again alone (again.ts), where any were; exit code 1 if any failed, 2 if there is no such part.
 */
import { LONG } from "./long.ts";
import { directoryInMemory } from "./memory.ts";
import { type Part, printAtOnce, sum, type Tally, told } from "./part.ts";
import { again, PARTS } from "./parts.ts";
import { type Running, startAll, startAlone } from "./pool.ts";

/** Spends most of its time waiting for deadlines: in `all` it has a worker of its own, and is shown when it is done. */
const WAITS = "chaos";

const WAITING = ["e2e", "faults", "browser", "bugs"];
const BUSY = ["db", "functions", "react", "properties", "races"];

const CORES = navigator.hardwareConcurrency;

/** What waits leaves three quarters of a core to others; but one stack serves one test at a time. */
const WORKERS = Deno.env.get("ESTEIRA_STACK")
  ? { waiting: 1, busy: 0 }
  : { waiting: CORES, busy: Math.max(1, CORES - 1) };

async function start(name: string, words: readonly string[]): Promise<Running[]> {
  if (name === "all") {
    const parts = Object.entries(PARTS);
    const waiting = await startAll(parts.filter(([part]) => part === WAITS), {
      workers: { waiting: 1, busy: 0 },
      waiting: [],
      busy: [],
    });
    const others = parts.filter(([part]) => part !== WAITS);
    return [...await startAll(others, { workers: WORKERS, waiting: WAITING, busy: BUSY }), ...waiting];
  }
  const part: Part | undefined = name === "long" ? LONG : PARTS[name];
  if (part) return [startAlone(name, part, words)];
  console.error(`There is no part ${name}; there are ${Object.keys(PARTS).join(", ")}, all and long.`);
  Deno.exit(2);
}

async function finish(running: Running): Promise<Tally> {
  running.show();
  const { tally, seconds } = await running.done;
  console.log(`— ${running.name}: ${seconds.toFixed(1)} s\n`);
  return tally;
}

const memory = Deno.env.has("LOCAL_SUPABASE_RUNS") ? undefined : await directoryInMemory();
if (memory) Deno.env.set("LOCAL_SUPABASE_RUNS", memory);

const [name = "all", ...words] = Deno.args;
const tallies: Tally[] = [];
for (const running of await start(name, words)) tallies.push(await finish(running));
tallies.push(await again.run(printAtOnce));

const total = sum(tallies);
for (const failure of total.failures) console.log(`— failed:\n${failure}\n`);
console.log(told(total));
Deno.exit(total.failed > 0 || total.passed + total.skipped === 0 ? 1 : 0);
