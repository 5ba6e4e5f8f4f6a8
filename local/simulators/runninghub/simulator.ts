/**
 * A RunningHub that runs on this machine: the legacy ("v1") HTTP API as its public documentation and public
 * clients describe it (providers.md chapter 1), with faults on request. It knows nothing of the project it
 * serves, and what is not documented is marked where it is decided.
 */
import { Hono } from "hono";
import { type LocalServer, serveLocally } from "../kit/http_server.ts";
import { refusal } from "./codes.ts";
import { addControlRoutes } from "./control_routes.ts";
import type { FaultRule } from "./faults.ts";
import { addFileRoutes } from "./file_routes.ts";
import { FileStore } from "./file_store.ts";
import { Hub, type HubSettings } from "./hub.ts";
import { type TaskView, viewOf } from "./task.ts";
import { addTaskRoutes } from "./task_routes.ts";
import { addWebhookRoutes } from "./webhook_routes.ts";

/** The key that is accepted when no other is set: 32 characters, like a real one, and worth nothing. */
export const DEFAULT_API_KEY = "runninghub-simulator-key-0000001";

/** Settings; all have defaults. */
export interface RunningHubOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1; 0.0.0.0 where its clients run in containers. */
  hostname?: string;
  /** Host name in the addresses that it hands out. Default `hostname`. */
  publicHost?: string;
  /** 32 characters. Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** From submission to end, in milliseconds; the first quarter is QUEUED. Default 400. */
  taskMs?: number;
  /** Tasks that may be unfinished at the same time; more are refused with code 421. Default 50. */
  concurrency?: number;
  /** Larger files are refused with code 809. Default 30 MB. */
  maxUploadBytes?: number;
  /** Waits before each retry of a webhook, in milliseconds. Default 1 s, 5 s, 15 s; the real ones take minutes. */
  webhookRetryDelaysMs?: readonly number[];
  /** How long a receiver may take, in milliseconds. Default 10 s; the real time is not documented. */
  webhookTimeoutMs?: number;
  /** The AI apps that exist; others get code 901. Default: every id exists. */
  webappIds?: readonly string[];
  /** Node of the preview, which is listed before the result. Default "2". */
  previewNodeId?: string;
  /** Node of the result. Default "9". */
  outputNodeId?: string;
  /** Where the directory for uploads and results is made. Default: where the system keeps temporary files. */
  tempDirectory?: string;
}

/** A running simulator. */
export interface RunningHubSimulator {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  /** Stops tasks, webhooks and the server, and removes all files. A second call waits for the first. */
  close(): Promise<void>;
  /** Adds a fault rule. @throws ZodError when it is not one. */
  misbehave(rule: FaultRule): void;
  /** Forgets all fault rules. */
  behave(): void;
  /** All tasks as they are now, oldest first. */
  tasks(): readonly TaskView[];
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws RangeError when the key has not 32 characters; Deno.errors.AddrInUse when the port is taken.
 */
export async function startRunningHub(options: RunningHubOptions = {}): Promise<RunningHubSimulator> {
  const settings = settingsOf(options);
  const files = await FileStore.create(options.tempDirectory);
  const app = new Hono();
  let server: LocalServer;
  try {
    server = serveLocally((request) => app.fetch(request), options.port, options);
  } catch (error) {
    await files.remove();
    throw error;
  }
  const hub = new Hub(settings, files, server.url);
  addTaskRoutes(app, hub);
  addFileRoutes(app, hub);
  addWebhookRoutes(app, hub);
  addControlRoutes(app, hub);
  // A path that does not exist is answered like a bad token (§1.2).
  app.notFound((c) => c.json(refusal(412)));
  app.onError((error, c) => {
    console.error(`RunningHub simulator: ${c.req.method} ${c.req.path} failed`, error);
    return c.json(refusal(500));
  });

  let closed: Promise<void> | undefined;
  const close = async () => {
    await Promise.all([hub.close(), server.close()]);
    await files.remove();
  };
  return {
    url: server.url,
    apiKey: settings.apiKey,
    close: () => closed ??= close(),
    misbehave: (rule) => hub.misbehave(rule),
    behave: () => hub.behave(),
    tasks: () => [...hub.tasks.values()].map((task) => viewOf(task, settings.outputNodeId)),
  };
}

function settingsOf(options: RunningHubOptions): HubSettings {
  const apiKey = options.apiKey ?? DEFAULT_API_KEY;
  if (apiKey.length !== 32) {
    throw new RangeError(`a RunningHub key has 32 characters, this one ${apiKey.length}`);
  }
  return {
    apiKey,
    taskMs: options.taskMs ?? 400,
    concurrency: options.concurrency ?? 50,
    maxUploadBytes: options.maxUploadBytes ?? 30 * 1024 * 1024,
    webhookRetryDelaysMs: options.webhookRetryDelaysMs ?? [1_000, 5_000, 15_000],
    webhookTimeoutMs: options.webhookTimeoutMs ?? 10_000,
    webappIds: options.webappIds,
    previewNodeId: options.previewNodeId ?? "2",
    outputNodeId: options.outputNodeId ?? "9",
  };
}
