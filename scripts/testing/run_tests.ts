/**
 * `npm test` and its parts (testing/parts.ts): `run_tests.ts all`, `run_tests.ts <part> [word…]`, `run_tests.ts long`.
 * A word stands for the test files that have it in their path. Ends with one line, "N passed, N failed", and how many
 * were skipped where any were; exit code 1 if any failed, 2 if there is no such part.
 */
import { directoryInMemory } from "./memory.ts";
import { type Part, sum, type Tally, told, type Wanted } from "./part.ts";
import { BESIDE_THE_OTHERS, LONG, PARTS, SIDE_BY_SIDE } from "./parts.ts";
import { type Running, start } from "./running.ts";

const [name = "all", ...words] = Deno.args;
/** Of all, "check" checks the types. */
const wanted: Wanted = { words, typesAreChecked: name === "all" };

/** Starts nothing yet. */
function partsOf(name: string): [string, Part][] {
  if (name === "all") return Object.entries(PARTS).filter(([part]) => part !== BESIDE_THE_OTHERS);
  const part = name === "long" ? LONG : PARTS[name];
  if (part) return [[name, part]];
  console.error(`There is no part ${name}; there are ${Object.keys(PARTS).join(", ")}, all and long.`);
  Deno.exit(2);
}

/** Parts that run one after the other, each with those that run side by side with it. */
function groupsOf(parts: readonly [string, Part][]): [string, Part][][] {
  const groups = new Map<string, [string, Part][]>();
  for (const part of parts) {
    const first = SIDE_BY_SIDE.find((names) => names.includes(part[0]))?.[0] ?? part[0];
    groups.set(first, [...groups.get(first) ?? [], part]);
  }
  return [...groups.values()];
}

async function finish(running: Running): Promise<Tally> {
  running.show();
  const { tally, seconds } = await running.done;
  console.log(`— ${running.name}: ${seconds.toFixed(1)} s\n`);
  return tally;
}

const memory = Deno.env.has("LOCAL_SUPABASE_RUNS") ? undefined : await directoryInMemory();
if (memory) Deno.env.set("LOCAL_SUPABASE_RUNS", memory);

const parts = partsOf(name);
const chaos = PARTS[BESIDE_THE_OTHERS];
const beside = name === "all" && chaos ? [start(BESIDE_THE_OTHERS, chaos, wanted, false)] : [];
const tallies: Tally[] = [];
for (const group of groupsOf(parts)) {
  const started = group.map(([name, part], at) => start(name, part, wanted, at === 0));
  for (const running of started) tallies.push(await finish(running));
}
for (const running of beside) tallies.push(await finish(running));

const total = sum(tallies);
console.log(told(total));
Deno.exit(total.failed > 0 || total.passed + total.skipped === 0 ? 1 : 0);
