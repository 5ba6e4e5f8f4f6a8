/**
 * A RunningHub that runs on this machine: the legacy ("v1") HTTP API as its public documentation and public
 * clients describe it (runninghub.md), with faults on request. It knows nothing of the project it
 * serves, and what is not documented is marked where it is decided.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import { UploadStore } from "../kit/upload_store.ts";
import { refusal } from "./codes.ts";
import type { Fault } from "./faults.ts";
import { addFileRoutes } from "./file_routes.ts";
import { runningHubProvider } from "./runninghub.ts";
import type { App, RunningHubTaskView, Workshop } from "./task.ts";
import { addTaskRoutes } from "./task_routes.ts";
import { WebhookDetails } from "./webhook_details.ts";
import { addWebhookRoutes } from "./webhook_routes.ts";

/** The port of the program; `startRunningHub` takes any free one. */
export const DEFAULT_PORT = 54330;

/** The key that is accepted when no other is set: 32 characters, like a real one, and worth nothing. */
export const DEFAULT_API_KEY = "runninghub-simulator-key-0000001";

/** Settings; all have defaults. */
export interface RunningHubOptions extends KitOptions {
  /** 32 characters. Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** Tasks of an account that may be unfinished at the same time; more are refused with code 421. Default 50. */
  concurrency?: number;
  /** Larger files are refused with code 809. Default 30 MB. */
  maxUploadBytes?: number;
  /** The AI apps that exist; others get code 901. Default: every id exists. */
  webappIds?: readonly string[];
  /** What AI apps make, by id. Default: `upscale`. */
  apps?: Readonly<Record<string, App>>;
  /** Node of the preview, which is listed before the result. Default "2". */
  previewNodeId?: string;
  /** Node of the result. Default "9". */
  outputNodeId?: string;
  /** Where the directory for uploads and results is made. Default: where the system keeps temporary files. */
  tempDirectory?: string;
}

/** A running simulator. */
export interface RunningHubSimulator extends Simulator<Fault, RunningHubTaskView> {
  readonly apiKey: string;
}

/**
 * About 3 retries within minutes (runninghub.md#webhooks), here within seconds. How long a receiver may take is not
 * documented.
 */
const WEBHOOKS = { webhookRetryDelaysMs: [1_000, 5_000, 15_000], webhookTimeoutMs: 10_000 };

/**
 * Starts a simulator on 127.0.0.1. Webhooks are retried three times, after 1, 5 and 15 s, and may take 10 s.
 * @throws RangeError when the key has not 32 characters; Deno.errors.AddrInUse when the port is taken.
 */
export function startRunningHub(options: RunningHubOptions = {}): Promise<RunningHubSimulator> {
  return Promise.try(() => start(options));
}

function start(options: RunningHubOptions): RunningHubSimulator {
  const { apiKey = DEFAULT_API_KEY, concurrency = 50, maxUploadBytes = 30 * 1024 * 1024, webappIds } =
    options;
  if (apiKey.length !== 32) {
    throw new RangeError(`a RunningHub key has 32 characters, this one ${apiKey.length}`);
  }
  const apiKeys = [apiKey, ...options.moreApiKeys ?? []];
  const { previewNodeId = "2", outputNodeId = "9", apps = {} } = options;
  const shop: Workshop = { previewNodeId, outputNodeId, apps };
  const webhooks = { ...WEBHOOKS, ...options };
  const details = new WebhookDetails(shop, webhooks.webhookRetryDelaysMs.length);
  const uploads = new UploadStore("runninghub-simulator-", options.tempDirectory);
  const simulator = startSimulator(runningHubProvider(shop, uploads, details), webhooks, {
    addRoutes(app, simulation) {
      addTaskRoutes(app, simulation, { apiKeys, concurrency, webappIds, shop, uploads });
      addFileRoutes(app, simulation, { apiKeys, maxUploadBytes, uploads });
      addWebhookRoutes(app, simulation, { apiKeys, details });
    },
    problem,
  });
  const close = () => simulator.close().then(() => uploads.remove());
  let closed: Promise<void> | undefined;
  return {
    ...simulator,
    apiKey,
    close: () => closed ??= close(),
    // The provider's description adds the fields that make it one.
    tasks: () => simulator.tasks() as readonly RunningHubTaskView[],
  };
}

/**
 * A path that does not exist is answered like a bad token (runninghub.md#endpoints), a file that does not exist like
 * one.
 */
function problem(status: 404 | 500, { url }: Request): Response {
  if (status === 404 && new URL(url).pathname.startsWith("/files/")) {
    return new Response("no such file", { status });
  }
  return Response.json(refusal(status === 404 ? 412 : 500));
}
