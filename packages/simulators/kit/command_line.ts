/** Runs a simulator by itself: `deno run -A packages/simulators/<provider>/main.ts [port]`. */
import { parseArgs } from "node:util";

/** Settings that every simulator takes from its command line. */
interface CommonSettings {
  port: number;
  taskMs?: number;
  hostname?: string;
  publicHost?: string;
}

/** What the program needs to know of the simulator. */
export interface Command<Numbers extends string> {
  /** For the second line that it prints: `KIE`. */
  readonly name: string;
  readonly defaultPort: number;
  /** More options that are whole numbers, by their names in the settings: `runningAtMost` is `--running-at-most`. */
  readonly numbers?: readonly Numbers[];
  start(settings: CommonSettings & { [Name in Numbers]?: number }): Promise<Running> | Running;
}

interface Running {
  readonly url: string;
  /** What is printed after the URL, such as the key that it takes. */
  readonly hint?: string;
  close(): Promise<void>;
}

/**
 * Starts it with what the command line says (`[port]`, `--port`, `--task-ms`, `--hostname`, `--public-host` and the
 * simulator's own), prints its URL as the first line and stops on SIGINT or SIGTERM. Does not return.
 * @throws TypeError when an option is not what it should be.
 */
export async function runFromCommandLine<Numbers extends string = never>(
  { name, defaultPort, numbers = [], start }: Command<Numbers>,
): Promise<never> {
  const numeric = ["taskMs", ...numbers];
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: Object.fromEntries(
      ["port", "hostname", "publicHost", ...numeric].map((
        option,
      ) => [flagOf(option), { type: "string" as const }]),
    ),
  });
  const textOf = (option: string): string | undefined => {
    const value = values[flagOf(option)];
    return typeof value === "string" ? value : undefined;
  };
  const settings: Record<string, unknown> = {
    port: wholeNumber("port", textOf("port") ?? positionals[0]) ?? defaultPort,
  };
  for (const option of ["hostname", "publicHost"]) set(settings, option, textOf(option));
  for (const option of numeric) set(settings, option, wholeNumber(flagOf(option), textOf(option)));

  const simulator = await start(settings as Parameters<typeof start>[0]);
  // Before it says that it runs: whoever reads that may stop it at once.
  const stopped = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stopped.resolve);
  console.log(simulator.url);
  console.log(`${name} simulator${simulator.hint ? `, ${simulator.hint}` : ""}`);
  await stopped.promise;
  await simulator.close();
  Deno.exit(0);
}

function set(settings: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) settings[name] = value;
}

/** `taskMs` → `task-ms`. */
function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A whole number of at least 0, or undefined when it is not given. */
function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new TypeError(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}
