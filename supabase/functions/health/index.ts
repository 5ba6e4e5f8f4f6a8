/** `GET /health`: whether the functions and the database answer, and fit each other. For monitoring; tells nothing about users or load. */
import { admin, unwrap } from "../_shared/engine/database.ts";
import { schemaCheck } from "../_shared/engine/schema_version.ts";
import { createApp } from "../_shared/http/app.ts";

const app = createApp("health");
app.get("/", async (context) => {
  const startedAt = performance.now();
  await schemaCheck.requireNow();
  unwrap(await admin().schema("worker").rpc("lanes"));
  return context.json({
    status: "ok",
    database: { status: "ok", ms: Math.round(performance.now() - startedAt) },
  });
});

export default { fetch: app.fetch };
