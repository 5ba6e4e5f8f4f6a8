/**
 * The ports that `npm start`, `npm run dev`, `npm run stack` and `npm run console` listen on: which variable moves each, and whether what
 * the variables say can be. Everything is looked at before anything is started, and everything that is wrong is told at once.
 */
import { assertPortFree, PortForbidden, PortInUse } from "@esteira/local-supabase/ports";

/** Ports that one variable moves: `count` of them in a row. */
export interface PortRange {
  readonly variable: string;
  readonly fallback: number;
  /** What listens on each, in order. */
  readonly what: readonly string[];
}

/** The first two are the Supabase CLI's own, so that its commands and every example find the stack. */
export const PORT_RANGES = {
  api: { variable: "ESTEIRA_API_PORT", fallback: 54321, what: ["API"] },
  database: { variable: "ESTEIRA_DB_PORT", fallback: 54322, what: ["database"] },
  simulators: {
    variable: "ESTEIRA_SIMULATOR_PORT",
    fallback: 54330,
    what: [
      ...["RunningHub", "KIE", "fal", "Replicate", "Astria", "OpenAI", "X", "Instagram"],
      ...["TikTok", "Facebook", "YouTube", "Threads", "LinkedIn"],
    ].map((name) => `${name}'s simulator`),
  },
  app: { variable: "ESTEIRA_APP_PORT", fallback: 54350, what: ["demo app"] },
  console: { variable: "ESTEIRA_CONSOLE_PORT", fallback: 54360, what: ["console"] },
} as const satisfies Record<string, PortRange>;

export type PortName = keyof typeof PORT_RANGES;

/** The first port of each range. */
export type Ports = Readonly<Record<PortName, number>>;

/** The variables name ports that cannot be; the message says which, and why. */
export class InvalidPorts extends Error {
  readonly code = "invalid_ports";
}

/** Ports that are wanted cannot be had; the message says which, and which variable to set. */
export class PortsTaken extends Error {
  readonly code = "ports_taken";
}

const NAMES = Object.keys(PORT_RANGES) as PortName[];
const HIGHEST = 65535;

/**
 * Reads the variables, by default this process's. One that is not set, or is empty, stands for the usual port.
 * @throws InvalidPorts for what is no port, does not leave room for its range, or lies in the range of another.
 */
export function readPorts(
  read: (variable: string) => string | undefined = (variable) => Deno.env.get(variable),
): Ports {
  const problems: string[] = [];
  const portOf = (name: PortName): number => {
    const { variable, fallback, what } = PORT_RANGES[name];
    const text = read(variable)?.trim();
    if (!text) return fallback;
    const highest = HIGHEST - what.length + 1;
    if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= highest) return Number(text);
    const room = what.length > 1 ? `, the first of ${what.length} in a row,` : "";
    problems.push(`${variable}${room} must be a whole number from 1 to ${highest}, not "${text}".`);
    return NaN;
  };
  const ports: Ports = {
    api: portOf("api"),
    database: portOf("database"),
    simulators: portOf("simulators"),
    app: portOf("app"),
    console: portOf("console"),
  };
  for (const [at, name] of NAMES.entries()) {
    for (const other of NAMES.slice(at + 1)) {
      if (overlap(name, other, ports)) {
        problems.push(`${told(name, ports)} and ${told(other, ports)} must not meet.`);
      }
    }
  }
  if (problems.length > 0) throw new InvalidPorts(problems.join("\n"));
  return ports;
}

function overlap(one: PortName, other: PortName, ports: Ports): boolean {
  const end = (name: PortName) => ports[name] + PORT_RANGES[name].what.length;
  return ports[one] < end(other) && ports[other] < end(one); // false where one of them is NaN
}

/** `ESTEIRA_SIMULATOR_PORT (54330 to 54337)`. */
function told(name: PortName, ports: Ports): string {
  const { variable, what } = PORT_RANGES[name];
  const first = ports[name];
  return `${variable} (${what.length > 1 ? `${first} to ${first + what.length - 1}` : first})`;
}

/**
 * Looks whether the named ranges can be listened on.
 * @throws PortsTaken
 */
export function assertPortsFree(ports: Ports, names: readonly PortName[] = NAMES): void {
  const problems: string[] = [];
  for (const name of names) {
    const { variable, what } = PORT_RANGES[name];
    for (const [at, whose] of what.entries()) {
      try {
        assertPortFree(ports[name] + at, `${whose}, ${variable}`);
      } catch (error) {
        if (!(error instanceof PortInUse || error instanceof PortForbidden)) throw error;
        problems.push(error.message);
      }
    }
  }
  if (problems.length > 0) throw new PortsTaken(`${problems.join("\n")}\n${advice(ports, names)}`);
}

/** Where all of them would be somewhere else, in one line to paste. */
function advice(ports: Ports, names: readonly PortName[]): string {
  const moved = names.map((name) => {
    const { variable, what } = PORT_RANGES[name];
    const elsewhere = ports[name] + 1000 + what.length <= HIGHEST ? ports[name] + 1000 : ports[name] - 1000;
    return `${variable}=${elsewhere}`;
  });
  return `Stop what listens there (another "npm start" or "npm run dev", "supabase stop"), ` +
    `or put them elsewhere, such as: ${moved.join(" ")}`;
}

/**
 * Calls `start` when the named ranges are free. Where it fails all the same because somebody else was a moment faster,
 * that is what is told.
 * @throws PortsTaken, and what `start` throws.
 */
export async function onFreePorts<T>(
  ports: Ports,
  names: readonly PortName[],
  start: () => Promise<T>,
): Promise<T> {
  assertPortsFree(ports, names);
  try {
    return await start();
  } catch (error) {
    assertPortsFree(ports, names); // what had been started by us is stopped by now
    throw error;
  }
}
