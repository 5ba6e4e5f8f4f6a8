/**
 * An Astria that runs on this machine: tunes and prompts as its public documentation describes them
 * (docs/providers/astria.md), with faults on request. It knows nothing of the project it serves, and what is not
 * documented is marked where it is decided. `branch: "fast"`, Astria's own mock, is taken like any other: here
 * nothing is trained anyway.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import type { Fault } from "./faults.ts";
import { astriaProvider } from "./astria.ts";
import type { AstriaTask } from "./task.ts";
import { addRoutes } from "./routes.ts";

/** The port of the program; `startAstria` takes any free one. */
export const DEFAULT_PORT = 54334;

/** What is accepted when nothing else is set; worth nothing. */
export const DEFAULT_API_KEY = "astria-simulator-key";

const DEFAULT_TASK_MS = 400;

/** Settings; all have defaults. */
export interface AstriaOptions extends KitOptions {
  /** Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** Whether the account's setting for idempotency is on. Default true, as its operator should have it. */
  isIdempotent?: boolean;
}

/** A running simulator. */
export interface AstriaSimulator extends Simulator<Fault> {
  readonly apiKey: string;
}

/**
 * Starts a simulator on 127.0.0.1. A callback is sent once and never again, whatever becomes of it; it may take 10 s
 * (the real time is not documented).
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startAstria(options: AstriaOptions = {}): AstriaSimulator {
  const { apiKey = DEFAULT_API_KEY, isIdempotent = true, taskMs = DEFAULT_TASK_MS } = options;
  const deleted = new WeakSet<AstriaTask>();
  const defaults = { webhookRetryDelaysMs: [], webhookTimeoutMs: 10_000 };
  const simulator = startSimulator(astriaProvider(taskMs, deleted), { ...defaults, ...options, taskMs }, {
    addRoutes: (app, simulation) =>
      addRoutes(app, simulation, {
        apiKeys: [apiKey, ...options.moreApiKeys ?? []],
        isIdempotent,
        taskMs,
        deleted,
      }),
    problem: (status) =>
      Response.json({ error: status === 404 ? "Not found" : "Internal server error" }, { status }),
  });
  return { ...simulator, apiKey };
}
