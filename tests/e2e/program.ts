/** Runs one of the programs behind the npm scripts on ports of its own, and looks at what it leaves behind. */
import { cachePath, runsPath } from "@esteira/local-supabase/cache";
import { eventually } from "@esteira/local-supabase/testing";
import { ROOT } from "../../scripts/paths.ts";
import { readOutput } from "../../scripts/program/output.ts";
import { ownPorts } from "../world/own_ports.ts";

export interface Program {
  readonly child: Deno.ChildProcess;
  readonly ports: { api: number; database: number; simulator: number; app: number; console: number };
  /** All that it has printed so far. */
  output(): string;
  /** Resolves when it has printed `text`. */
  printed(text: string): Promise<void>;
  /** Resolves when it has ended. */
  ended(): Promise<Deno.CommandStatus>;
}

/** Starts `file`, by default what `npm start` runs. `env` goes over the ports that are chosen here. */
export function startProgram(
  args: string[],
  env: Record<string, string> = {},
  file = "demo/main.ts",
): Program {
  const { simulators: simulator, ...others } = ownPorts();
  const ports = { ...others, simulator };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", file, ...args],
    cwd: ROOT,
    env: {
      ESTEIRA_API_PORT: String(ports.api),
      ESTEIRA_DB_PORT: String(ports.database),
      ESTEIRA_SIMULATOR_PORT: String(ports.simulator),
      ESTEIRA_APP_PORT: String(ports.app),
      ESTEIRA_CONSOLE_PORT: String(ports.console),
      ESTEIRA_STACK: "", // always one of its own
      NO_COLOR: "1",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = readOutput(child);
  return {
    child,
    ports,
    output: () => printed.all,
    printed: (expected) =>
      eventually<true>(() => printed.all.includes(expected) || undefined, {
        what: expected,
        timeoutMs: 120_000,
      })
        .then(() => {}),
    ended: async () => (await printed.done, await child.status),
  };
}

/** Whether something listens on a port. */
export async function isOpen(port: number): Promise<boolean> {
  return await Deno.connect({ hostname: "127.0.0.1", port }).then(
    (connection) => (connection.close(), true),
    () => false,
  );
}

/** What a program that has ended has left: ports that are open, processes of its database, directories of a run. */
export async function leftBy({ child, ports }: Program): Promise<string[]> {
  const open = Object.values(ports).map(async (port) => await isOpen(port) ? [`port ${port}`] : []);
  const directories = [...new Set([cachePath(), runsPath()])]
    .flatMap((path) => [...Deno.readDirSync(path)]).map(({ name }) => name);
  return [
    ...(await Promise.all(open)).flat(),
    ...await processesWith(`port=${ports.database}`),
    ...directories.filter((name) => name.startsWith(`run-${child.pid}-`)),
  ];
}

/** Command lines of the processes that mention `text`; by /proc where there is one, for `ps` may not be installed. */
export async function processesWith(text: string): Promise<string[]> {
  return (await commandLines()).filter((line) => line.includes(text));
}

async function commandLines(): Promise<string[]> {
  if (Deno.build.os !== "linux") {
    const { stdout } = await new Deno.Command("ps", { args: ["-eo", "args"] }).output();
    return new TextDecoder().decode(stdout).split("\n");
  }
  const ids = [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  // A process may end while it is looked at.
  const lines = await Promise.all(ids.map((id) => Deno.readTextFile(`/proc/${id}/cmdline`).catch(() => "")));
  return lines.map((line) => line.replaceAll("\0", " "));
}
