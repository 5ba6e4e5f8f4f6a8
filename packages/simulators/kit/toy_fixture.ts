/**
 * The smallest provider there can be, for the kit's own tests; also where to look first before writing a real one.
 * `POST /tasks {text, webhook?}` → `{id}`, `GET /tasks/<id>` → `{id, status, outputs, error}`, which is the webhook's
 * body too; webhooks carry their time and a hash of key, time and body.
 */
import type { Context, Hono } from "hono";
import { createHash } from "node:crypto";
import { z } from "zod";
import {
  BODY_FAULTS,
  BUSY,
  CANCEL_FAULTS,
  kindsOf,
  LATE_ANSWER,
  LIFE_FAULTS,
  OUTPUT_FAULTS,
  requestFaults,
  SIGNATURE_FAULTS,
  WEBHOOK_FAULTS,
} from "./common_faults.ts";
import { faultRuleSchema } from "./fault_rules.ts";
import { taskOutputs } from "./output.ts";
import { pause } from "./pause.ts";
import type { KitOptions, Provider } from "./provider.ts";
import type { Simulation } from "./simulation.ts";
import { type Simulator, startSimulator } from "./simulator.ts";
import type { Reading, Task, TypesOf } from "./task.ts";

const taskFault = z.discriminatedUnion("kind", [
  ...LIFE_FAULTS,
  ...WEBHOOK_FAULTS,
  ...SIGNATURE_FAULTS,
  ...OUTPUT_FAULTS,
  ...CANCEL_FAULTS,
  ...BODY_FAULTS,
  z.strictObject({ kind: z.literal("fail"), error: z.string() }),
]);
const fault = z.discriminatedUnion("kind", [
  ...taskFault.options,
  ...requestFaults(["submit", "poll", "output"]),
  BUSY,
  LATE_ANSWER,
]);
export type ToyFault = z.infer<typeof fault>;

const submission = z.object({ text: z.string(), webhook: z.url().optional(), after: z.string().optional() });
type Toy = TypesOf<z.infer<typeof submission>, string, ToyFault, z.infer<typeof taskFault>>;

/** The signature of a toy's webhook. */
export function toySignature(key: string, time: string, body: string): string {
  return createHash("sha256").update(`${key}.${time}.${body}`).digest("hex");
}

/** Starts a toy; webhooks are retried twice unless the options say otherwise. */
export function startToy(options: KitOptions = {}): Simulator<ToyFault> {
  const defaults = { taskMs: 20, webhookRetryDelaysMs: [1, 1], webhookTimeoutMs: 2_000 };
  return startSimulator(toy(), { ...defaults, ...options }, {
    addRoutes,
    problem: (status) => Response.json({ error: "problem" }, { status }),
  });
}

function toy(): Provider<Toy> {
  let lastId = 0;
  return {
    name: "Toy",
    faultRule: faultRuleSchema(fault),
    taskFaultKinds: kindsOf(taskFault.options),
    tariff: { unit: "coins", bill: ({ end }) => end?.status === "succeeded" ? 5 : 0 },
    newTaskId: () => String(++lastId),
    waitsFor: (task, tasks) => tasks.get(task.submission.after ?? "")?.over.promise,
    async work(task) {
      const { fail, big_output: big } = task.faults;
      if (task.submission.text === "endless") await pause(60_000, task.stop.signal);
      if (task.submission.text === "broken") throw new Error("the work is broken");
      if (fail) return { status: "failed", failure: fail.error };
      return {
        status: "succeeded",
        outputs: taskOutputs(task.id, "image/png", { count: 2, bytes: big?.bytes }),
      };
    },
    failure: (_task, reason) => reason,
    webhooks: {
      url: (task) => task.submission.webhook,
      body: (task, reading) => JSON.stringify(told(task, reading)),
      wants: (_task, status) => status !== "queued",
      sign({ body, at, key, deliveryId }) {
        const time = String(Math.floor(at.getTime() / 1000));
        return { "x-id": deliveryId, "x-time": time, "x-signature": toySignature(key, time, body) };
      },
    },
  };
}

function told(task: Task<Toy>, reading: Reading<string>): unknown {
  return {
    id: task.id,
    status: reading.status,
    outputs: reading.status === "succeeded" ? reading.links.map(({ url }) => url) : [],
    error: reading.status === "failed" ? reading.failure : null,
  };
}

function addRoutes(app: Hono, simulation: Simulation<Toy>): void {
  const keyOf = (c: Context) => c.req.header("authorization") ?? "";
  app.post("/tasks", async (c) => {
    const body = submission.parse(await c.req.json());
    const texts = [body.text];
    return await simulation.respond(c.req.raw, "submit", texts, async () => {
      if (simulation.faults.take("busy", texts)) return c.json({ error: "busy" }, 429);
      return c.json(await simulation.accept(body, texts, ({ id }) => ({ id }), keyOf(c)));
    });
  });
  app.get("/tasks/:id", (c) => {
    const task = simulation.taskOf(keyOf(c), c.req.param("id"));
    if (!task) return c.json({ error: "there is no such task" }, 404);
    const answer = () => simulation.json(task, told(task, simulation.read(task)));
    return simulation.respond(c.req.raw, "poll", task.texts, answer);
  });
  app.delete("/tasks/:id", (c) => {
    const task = simulation.taskOf(keyOf(c), c.req.param("id"));
    if (!task) return c.json({ error: "there is no such task" }, 404);
    return c.body(null, 204, { "x-cancel": simulation.cancel(task) });
  });
}
