/** The simulator's own endpoints, for tests in another process: faults and tasks. RunningHub has nothing like it. */
import type { Hono } from "hono";
import { parseExactJson } from "../kit/exact_json.ts";
import { faultRule } from "./faults.ts";
import type { Hub } from "./hub.ts";
import { viewOf } from "./task.ts";

/** Adds the endpoints to `app`. */
export function addControlRoutes(app: Hono, hub: Hub): void {
  app.post("/_simulator/faults", async (c) => {
    let body: unknown;
    try {
      body = parseExactJson(await c.req.text());
    } catch {
      return c.json({ error: "the body is not JSON" }, 400);
    }
    const rule = faultRule.safeParse(body);
    if (!rule.success) return c.json({ error: "not a fault rule", issues: rule.error.issues }, 400);
    hub.misbehave(rule.data);
    return c.json(rule.data, 201);
  });

  app.delete("/_simulator/faults", (c) => {
    hub.behave();
    return c.body(null, 204);
  });

  app.get(
    "/_simulator/tasks",
    (c) => c.json([...hub.tasks.values()].map((task) => viewOf(task, hub.settings.outputNodeId))),
  );
}
