/**
 * An OpenAI that runs on this machine, as far as it speaks: `POST /v1/audio/speech` as its public documentation and
 * public clients describe it (openai.md), with faults on request. It knows nothing of the project it serves, and what
 * is not documented is marked where it is decided. Each request that is not refused is a task.
 */
import type { KitOptions } from "../kit/provider.ts";
import { type Simulator, startSimulator } from "../kit/simulator.ts";
import { problem } from "./failures.ts";
import type { Fault } from "./faults.ts";
import { openAiProvider } from "./openai.ts";
import { addRoutes } from "./routes.ts";

/** The port of the program; `startOpenAi` takes any free one. */
export const DEFAULT_PORT = 54335;

/** What is accepted when nothing else is set; worth nothing. */
export const DEFAULT_API_KEY = "openai-simulator-key";

/** Settings; all have defaults. */
export interface OpenAiOptions extends Omit<KitOptions, "webhookRetryDelaysMs" | "webhookTimeoutMs"> {
  /** Default `DEFAULT_API_KEY`. */
  apiKey?: string;
  /** The models that exist. Default: those of the documentation. */
  models?: readonly string[];
  /** When the limit behind `busy` is over, in seconds. Default 1. */
  retryAfterS?: number;
}

/** A running simulator. */
export interface OpenAiSimulator extends Simulator<Fault> {
  readonly apiKey: string;
}

/**
 * Starts a simulator on 127.0.0.1.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startOpenAi(options: OpenAiOptions = {}): OpenAiSimulator {
  const {
    apiKey = DEFAULT_API_KEY,
    models = ["gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15", "tts-1", "tts-1-hd"],
    retryAfterS = 1,
  } = options;
  const noWebhooks = { webhookRetryDelaysMs: [], webhookTimeoutMs: 1 };
  const simulator: Simulator<Fault> = startSimulator(openAiProvider, { ...options, ...noWebhooks }, {
    addRoutes: (app, simulation) =>
      addRoutes(app, simulation, {
        apiKeys: [apiKey, ...options.moreApiKeys ?? []],
        models,
        retryAfterS,
      }),
    problem: (status, request) =>
      problem({
        status,
        type: status === 404 ? "invalid_request_error" : "server_error",
        code: status === 404 ? "unknown_url" : null,
        message: status === 404
          ? `Unknown request URL: ${request.method} ${new URL(request.url).pathname}.`
          : "The simulator broke.",
      }),
  });
  return { ...simulator, apiKey };
}
