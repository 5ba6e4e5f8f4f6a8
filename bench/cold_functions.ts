/**
 * What a function costs before it can answer its first request: `node scripts/deno.mjs run -A bench/cold_functions.ts [times]`.
 * Each function is imported in a process of its own, so many times, in turns; modules and bytes are those of this repository
 * that are loaded with it, packages aside. Prints a table. CPU is what a neighbour makes longer the least.
 */
import { join } from "node:path";
import { loadedWith, readImports } from "../scripts/house/import_graph.ts";
import { ROOT } from "../scripts/paths.ts";
import { summarise } from "./harness/stats.ts";

const FUNCTIONS = "supabase/functions";
const IMPORT = `
  import process from "node:process";
  globalThis.EdgeRuntime = { waitUntil: (promise) => promise };
  const [begunAt, begun] = [performance.now(), process.cpuUsage()];
  await import(Deno.args[0]);
  const { user, system } = process.cpuUsage(begun);
  console.log(JSON.stringify({ ms: performance.now() - begunAt, cpu: (user + system) / 1000 }));
  Deno.exit();
`;

interface Cost {
  ms: number;
  cpu: number;
}

const names = [...Deno.readDirSync(join(ROOT, FUNCTIONS))]
  .filter(({ name, isDirectory }) => isDirectory && !name.startsWith("_")).map(({ name }) => name).toSorted();
const imports = await readImports([FUNCTIONS]);
const costs = new Map<string, Cost[]>(names.map((name) => [name, []]));
const program = await Deno.makeTempFile({ suffix: ".mjs" });
try {
  await Deno.writeTextFile(program, IMPORT);
  for (let time = 0; time <= Number(Deno.args[0] ?? 7); time++) {
    for (const name of names) {
      const cost = await importOnce(name);
      if (time > 0) costs.get(name)?.push(cost); // the first fills caches
    }
  }
} finally {
  await Deno.remove(program);
}

console.log("| function | our modules | KB | CPU ms | ms |\n| --- | ---: | ---: | ---: | ---: |");
for (const [name, all] of costs) {
  const paths = loadedWith(`${FUNCTIONS}/${name}/index.ts`, imports).filter((path) =>
    /^(supabase|shared)\//.test(path)
  );
  const bytes = paths.reduce((sum, path) => sum + Deno.statSync(join(ROOT, path)).size, 0);
  const [cpu, ms] = [summarise(all.map(({ cpu }) => cpu)), summarise(all.map(({ ms }) => ms))];
  const told = ({ median, min, max }: typeof cpu) => [median, min, max].map(Math.round);
  const [[a, b, c], [d, e, f]] = [told(cpu), told(ms)];
  console.log(
    `| ${name} | ${paths.length} | ${Math.round(bytes / 1024)} | ${a} (${b}–${c}) | ${d} (${e}–${f}) |`,
  );
}

async function importOnce(name: string): Promise<Cost> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--config",
      join(ROOT, "deno.json"),
      program,
      join(ROOT, FUNCTIONS, name, "index.ts"),
    ],
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
