/**
 * A Replicate that runs on this machine: the HTTP API as its public documentation and public clients describe it
 * (replicate.md), with faults on request. It knows nothing of the project it serves, and what is not
 * documented is marked where it is decided. API and result host are one address here.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import { UploadStore } from "../kit/upload_store.ts";
import type { Fault } from "./faults.ts";
import { replicateProvider } from "./replicate.ts";
import { ReplicateFiles } from "./files.ts";
import { problem } from "./problem.ts";
import { addRoutes } from "./routes.ts";

/** The port of the program; `startReplicate` takes any free one. */
export const DEFAULT_PORT = 54333;

/** What is accepted and used when nothing else is set; worth nothing. */
export const DEFAULT_API_KEY = "replicate-simulator-key";
export const DEFAULT_WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Settings; all have defaults. */
export interface ReplicateOptions extends KitOptions {
  /** Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** Signs webhooks. Default `DEFAULT_WEBHOOK_SECRET`. */
  webhookSecret?: string;
  /** The models that exist, as `owner/name`; others are refused with 404. Default: every model exists. */
  models?: readonly string[];
  /** When the limit behind `busy` resets, in seconds. Default 1; the documented example says 30. */
  throttledForS?: number;
  /** Predictions on a page of the list. Default 100. */
  pageSize?: number;
  /** Whether the list shows the webhook of each prediction, which is not documented. Default true. */
  listShowsWebhooks?: boolean;
  /** Where the directory for uploads is made. Default: where the system keeps temporary files. */
  tempDirectory?: string;
}

/** A running simulator. */
export interface ReplicateSimulator extends Simulator<Fault> {
  readonly apiKey: string;
  readonly webhookSecret: string;
}

/**
 * Starts a simulator on 127.0.0.1. Webhooks may take 5 s ("a few seconds"); that of the end is retried for about a
 * minute, the others are not.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startReplicate(options: ReplicateOptions = {}): ReplicateSimulator {
  const {
    apiKey = DEFAULT_API_KEY,
    webhookSecret = DEFAULT_WEBHOOK_SECRET,
    throttledForS = 1,
    pageSize = 100,
    listShowsWebhooks = true,
    models,
  } = options;
  const defaults = { webhookRetryDelaysMs: [1_000, 4_000, 8_000, 16_000, 32_000], webhookTimeoutMs: 5_000 };
  const uploads = new UploadStore("replicate-simulator-", options.tempDirectory);
  const files = new ReplicateFiles(uploads);
  const provider = replicateProvider(webhookSecret, () => simulator.url, files);
  const simulator: Simulator<Fault> = startSimulator(provider, { ...defaults, ...options }, {
    addRoutes: (app, simulation) =>
      addRoutes(app, simulation, {
        apiKeys: [apiKey, ...options.moreApiKeys ?? []],
        webhookSecret,
        models,
        throttledForS,
        pageSize,
        listShowsWebhooks,
        files,
      }),
    problem: (status) =>
      problem(status, status === 404 ? "Not found" : "Internal server error", "There is nothing here."),
  });
  const close = () => simulator.close().then(() => uploads.remove());
  let closed: Promise<void> | undefined;
  return { ...simulator, apiKey, webhookSecret, close: () => closed ??= close() };
}
