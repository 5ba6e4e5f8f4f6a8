/**
 * A KIE that runs on this machine: the HTTP API as its public documentation and public clients describe it
 * (kie.md), with faults on request. It knows nothing of the project it serves, and what is not
 * documented is marked where it is decided. API, upload host and result host are one address here.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import { UploadStore } from "../kit/upload_store.ts";
import { refusal } from "./codes.ts";
import { CreateLimit } from "./create_limit.ts";
import type { Fault } from "./faults.ts";
import { addFileRoutes } from "./file_routes.ts";
import { type Account, kieProvider } from "./kie.ts";
import { addTaskRoutes } from "./task_routes.ts";

/** The port of the program; `startKie` takes any free one. */
export const DEFAULT_PORT = 54331;

/** What is accepted and used when nothing else is set; worth nothing. */
export const DEFAULT_API_KEY = "kie-simulator-key";
const DEFAULT_HMAC_KEY = "test_kie_hmac_key";

/** Settings; all have defaults. */
export interface KieOptions extends KitOptions {
  /** Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** Signs callbacks; null: they are not signed, as long as the account has not asked for it. Default `DEFAULT_HMAC_KEY`. */
  hmacKey?: string | null;
  /** What the account has; a successful task costs 100. Default 2,510,430. */
  credits?: number;
  /** The models that exist; others are refused with 422. Default: every model exists. */
  models?: readonly string[];
  /** Tasks that may be created in ten seconds; more are refused with 429. Documented: 20. Default: no limit. */
  createsPer10s?: number;
  /** How long a link of download-url works, in milliseconds. Default 20 minutes. */
  downloadLinkMs?: number;
  /** Where the directory for uploads is made. Default: where the system keeps temporary files. */
  tempDirectory?: string;
}

/** A running simulator. */
export interface KieSimulator extends Simulator<Fault> {
  readonly apiKey: string;
  /** Undefined when callbacks are not signed. */
  readonly hmacKey: string | undefined;
}

/**
 * Starts a simulator on 127.0.0.1. Callbacks are retried three times, after 1, 5 and 15 s (the real waits are not
 * documented), and may take 15 s.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startKie(options: KieOptions = {}): KieSimulator {
  const apiKey = options.apiKey ?? DEFAULT_API_KEY;
  const hmacKey = options.hmacKey === null ? undefined : options.hmacKey ?? DEFAULT_HMAC_KEY;
  const account: Account = { credits: options.credits ?? 2_510_430, hmacKey };
  const uploads = new UploadStore("kie-simulator-", options.tempDirectory);
  const defaults = { webhookRetryDelaysMs: [1_000, 5_000, 15_000], webhookTimeoutMs: 15_000 };
  const simulator = startSimulator(kieProvider(account), { ...defaults, ...options }, {
    addRoutes(app, simulation) {
      const apiKeys = [apiKey, ...options.moreApiKeys ?? []];
      const limit = new CreateLimit(options.createsPer10s);
      addTaskRoutes(app, simulation, { apiKeys, account, models: options.models, limit });
      addFileRoutes(app, simulation, {
        apiKeys,
        uploads,
        downloadLinkMs: options.downloadLinkMs ?? 20 * 60_000,
      });
    },
    problem: (status) => Response.json(refusal(status), { status }),
  });
  const close = () => simulator.close().then(() => uploads.remove());
  let closed: Promise<void> | undefined;
  return { ...simulator, apiKey, hmacKey, close: () => closed ??= close() };
}
