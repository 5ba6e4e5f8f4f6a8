/** Puts a simulator together: server, state, control endpoints, outputs and the provider's own endpoints. */
import { Hono } from "hono";
import { addControlRoutes } from "./control_routes.ts";
import type { FaultRule } from "./fault_rules.ts";
import { serveLocally } from "./http_server.ts";
import type { KitOptions, Provider } from "./provider.ts";
import { Simulation } from "./simulation.ts";
import type { ProviderTypes } from "./task.ts";
import type { TaskView } from "./task_view.ts";

/** A running simulator. */
export interface Simulator<Fault, View extends TaskView = TaskView> {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Stops tasks, webhooks and the server. A second call waits for the first. */
  close(): Promise<void>;
  /** Adds a fault rule. @throws ZodError when it is not one. */
  misbehave(rule: FaultRule<Fault>): void;
  /** Forgets all fault rules; tasks keep the faults they started with. */
  behave(): void;
  /** All tasks as they are now, oldest first. */
  tasks(): readonly View[];
}

/** What differs between simulators besides their `Provider`. */
export interface Assembly<P extends ProviderTypes> {
  /** Adds the provider's endpoints. */
  addRoutes(app: Hono, simulation: Simulation<P>): void;
  /** The provider's answer on a path that does not exist, and (500) when the simulator itself breaks. */
  problem(status: 404 | 500, request: Request): Response;
}

/**
 * Starts a simulator on 127.0.0.1, or on `options.hostname`.
 * @param options with what the simulator's own defaults are for webhooks.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function startSimulator<P extends ProviderTypes>(
  provider: Provider<P>,
  options: KitOptions & { webhookRetryDelaysMs: readonly number[]; webhookTimeoutMs: number },
  { addRoutes, problem }: Assembly<P>,
): Simulator<P["fault"]> {
  const app = new Hono();
  const server = serveLocally((request) => app.fetch(request), options.port, options);
  const simulation = new Simulation(provider, server.url, options);
  addControlRoutes(app, simulation);
  addRoutes(app, simulation);
  app.notFound(async ({ req: { raw: request } }) => {
    const url = new URL(request.url);
    const answer = request.method === "GET" || request.method === "HEAD"
      ? () => simulation.shelf.answer(request, url) ?? problem(404, request)
      : () => problem(404, request);
    const task = simulation.shelf.taskAt(url);
    return task ? await simulation.respond(request, "output", task.texts, answer) : answer();
  });
  app.onError((error, c) => {
    console.error(`${provider.name} simulator: ${c.req.method} ${c.req.path} failed`, error);
    return problem(500, c.req.raw);
  });

  let closed: Promise<void> | undefined;
  return {
    url: server.url,
    close: () => closed ??= Promise.all([simulation.close(), server.close()]).then(() => {}),
    misbehave: (rule) => simulation.misbehave(rule),
    behave: () => simulation.behave(),
    tasks: () => [...simulation.tasks.values()].map((task) => simulation.view(task)),
  };
}
