/**
 * A fal that runs on this machine: the queue as its public documentation and public clients describe it
 * (docs/providers/fal.md), with faults on request. It knows nothing of the project it serves, and what is not
 * documented is marked where it is decided. The queue, the host of the keys and the host of the results are one
 * address here.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import type { Fault } from "./faults.ts";
import { falProvider } from "./fal.ts";
import { addRoutes } from "./routes.ts";
import { keyFrom, keySet } from "./signature.ts";

/** The port of the program; `startFal` takes any free one. */
export const DEFAULT_PORT = 54332;

/** What is accepted and used when nothing else is set; worth nothing. */
export const DEFAULT_API_KEY = "fal-simulator-key";
export const DEFAULT_USER_ID = "user_abc";

/** Settings; all have defaults. */
export interface FalOptions extends KitOptions {
  /** Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** Whose requests these are; webhooks say so. Default `DEFAULT_USER_ID`. */
  userId?: string;
  /** The keys in jwks.json have "=" at their ends, as was seen. Default false. */
  paddedKeys?: boolean;
  /** The apps that exist, as `owner/app`; others are refused with 404. Default: every app exists. */
  apps?: readonly string[];
}

/** A running simulator. */
export interface FalSimulator extends Simulator<Fault> {
  readonly apiKey: string;
  readonly userId: string;
  /** Where the keys are that webhooks are signed with. */
  readonly jwksUrl: string;
}

/**
 * Starts a simulator on 127.0.0.1. Webhooks may take 15 s and are retried ten times; when is not documented but for
 * "over two hours", which here are two minutes.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startFal(options: FalOptions = {}): FalSimulator {
  const { apiKey = DEFAULT_API_KEY, userId = DEFAULT_USER_ID, paddedKeys = false } = options;
  const [key, older, wrongKey] = [0, 100, 200].map((first) =>
    keyFrom(Uint8Array.from({ length: 32 }, (_, n) => first + n))
  );
  if (!key || !older || !wrongKey) throw new Error("there are three keys");
  const seconds = [1, 2, 5, 10, 15, 15, 15, 15, 20, 22];
  const defaults = { webhookRetryDelaysMs: seconds.map((s) => s * 1000), webhookTimeoutMs: 15_000 };
  const simulator = startSimulator(falProvider({ userId, key, wrongKey }), { ...defaults, ...options }, {
    addRoutes: (app, simulation) =>
      addRoutes(app, simulation, {
        apiKeys: [apiKey, ...options.moreApiKeys ?? []],
        apps: options.apps,
        jwks: keySet([older, key], paddedKeys),
      }),
    problem: (status) =>
      Response.json({ detail: status === 404 ? "Not Found" : "Internal Server Error" }, { status }),
  });
  return { ...simulator, apiKey, userId, jwksUrl: `${simulator.url}/.well-known/jwks.json` };
}
