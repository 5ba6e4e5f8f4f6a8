/** Puts a simulator together: server, state, control endpoints, outputs and the provider's own endpoints. */
import { Hono } from "hono";
import type { AccountView } from "./accounts.ts";
import { addControlRoutes } from "./control_routes.ts";
import type { FaultRule } from "./fault_rules.ts";
import { serveLocally } from "./http_server.ts";
import { type Outage, outageSchema } from "./outage.ts";
import type { KitOptions, Provider } from "./provider.ts";
import { Simulation } from "./simulation.ts";
import type { SubmitRecord } from "./submits.ts";
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
  /**
   * Has the provider as a whole be away for a while; tasks live on, and webhooks are sent.
   * @returns resolves when it is away; where connections are refused, when it is back.
   * @throws ZodError when it is no outage.
   */
  outage(outage: Outage): Promise<void>;
  /** All tasks as they are now, oldest first. */
  tasks(): readonly View[];
  /** What was counted for each account that ever had a task. */
  accounts(): readonly AccountView[];
  /** Every request to start a task, oldest first. */
  submits(): readonly SubmitRecord[];
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
  const outage = async (outage: Outage) => {
    const valid = outageSchema.parse(outage);
    if (valid.how === "refused") await server.refuse(valid.ms);
    else simulation.outage(valid);
  };
  addControlRoutes(app, simulation, outage);
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
    outage,
    accounts: () => simulation.accounts(),
    submits: () => simulation.submits(),
    tasks: () => [...simulation.tasks.values()].map((task) => simulation.view(task)),
  };
}
