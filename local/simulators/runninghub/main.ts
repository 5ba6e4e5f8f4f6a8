/**
 * Runs the simulator by itself: `deno run -A local/simulators/runninghub/main.ts [port]`, or with `--port`,
 * `--task-ms`, `--concurrency`. Prints its URL as the first line and stops on SIGINT or SIGTERM.
 */
import { parseArgs } from "node:util";
import { startRunningHub } from "./simulator.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { port: { type: "string" }, "task-ms": { type: "string" }, concurrency: { type: "string" } },
});

/** A whole number of at least 0, or undefined when it is not given. */
function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new TypeError(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

const port = numberOf("port", values.port ?? positionals[0]);
const taskMs = numberOf("task-ms", values["task-ms"]);
const concurrency = numberOf("concurrency", values.concurrency);
const simulator = await startRunningHub({
  ...(port === undefined ? {} : { port }),
  ...(taskMs === undefined ? {} : { taskMs }),
  ...(concurrency === undefined ? {} : { concurrency }),
});
console.log(simulator.url);
console.log(`RunningHub simulator, API key ${simulator.apiKey}`);

const stopped = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stopped.resolve);
await stopped.promise;
await simulator.close();
Deno.exit(0);
