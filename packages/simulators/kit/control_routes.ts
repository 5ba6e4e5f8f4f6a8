/** A simulator's own endpoints, for tests in another process: faults and tasks. No provider has anything like it. */
import type { Hono } from "hono";
import { parseExactJson } from "./exact_json.ts";
import { type Outage, outageSchema } from "./outage.ts";
import type { Simulation } from "./simulation.ts";
import type { ProviderTypes } from "./task.ts";

/** Long enough for the answer to be on its way before connections are refused. */
const ANSWER_MS = 50;

/**
 * Adds `POST` and `DELETE /_simulator/faults`, `POST /_simulator/outages`, `GET /_simulator/tasks` (`?contains=` shows
 * only tasks one of whose texts contains that, `?id=` only one), `GET /_simulator/accounts` and
 * `GET /_simulator/submits`.
 */
export function addControlRoutes<P extends ProviderTypes>(
  app: Hono,
  simulation: Simulation<P>,
  outage: (outage: Outage) => Promise<void>,
): void {
  app.post("/_simulator/faults", async (c) => {
    let body: unknown;
    try {
      body = parseExactJson(await c.req.text());
    } catch {
      return c.json({ error: "the body is not JSON" }, 400);
    }
    const rule = simulation.provider.faultRule.safeParse(body);
    if (!rule.success) return c.json({ error: "not a fault rule", issues: rule.error.issues }, 400);
    simulation.misbehave(rule.data);
    return c.json(rule.data, 201);
  });

  app.delete("/_simulator/faults", (c) => {
    simulation.behave();
    return c.body(null, 204);
  });

  app.post("/_simulator/outages", async (c) => {
    const wanted = outageSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!wanted.success) return c.json({ error: "not an outage", issues: wanted.error.issues }, 400);
    if (wanted.data.how === "error") await outage(wanted.data);
    else setTimeout(() => void outage(wanted.data), ANSWER_MS);
    return c.json(wanted.data, 201);
  });

  app.get("/_simulator/accounts", (c) => c.json(simulation.accounts()));

  app.get("/_simulator/submits", (c) => {
    const { contains = "" } = c.req.query();
    return c.json(
      simulation.submits().filter(({ texts }) =>
        contains === "" || texts.some((text) => text.includes(contains))
      ),
    );
  });

  app.get("/_simulator/tasks", async (c) => {
    const { contains = "", id } = c.req.query();
    const wanted = [...simulation.tasks.values()].filter((task) =>
      (id === undefined || task.id === id) &&
      (contains === "" || task.texts.some((text) => text.includes(contains)))
    );
    // Here, with pauses, so that reading the views does not hold the process up.
    for (const { end } of wanted) {
      if (end?.status === "succeeded") { for (const output of end.outputs) await output.digest(); }
    }
    return c.json(wanted.map((task) => simulation.view(task)));
  });
}
