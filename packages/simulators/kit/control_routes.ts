/** A simulator's own endpoints, for tests in another process: faults and tasks. No provider has anything like it. */
import type { Hono } from "hono";
import { parseExactJson } from "./exact_json.ts";
import type { Simulation } from "./simulation.ts";
import type { ProviderTypes } from "./task.ts";

/**
 * Adds `POST` and `DELETE /_simulator/faults` and `GET /_simulator/tasks` (`?contains=` shows only tasks one of whose
 * texts contains that, `?id=` only one).
 */
export function addControlRoutes<P extends ProviderTypes>(app: Hono, simulation: Simulation<P>): void {
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
