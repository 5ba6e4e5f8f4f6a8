/** `GET /health`: whether the functions and the database answer, and fit each other. For monitoring; tells nothing about users or load. */
import type { HealthResponse } from "../../../shared/requests/requests_service.ts";
import { lanes } from "../_shared/engine/messages.ts";
import { schemaCheck } from "../_shared/engine/schema_version.ts";
import { createApp } from "../_shared/http/app.ts";

export const app = createApp("health");
app.get("/", async (context) => {
  const startedAt = performance.now();
  await schemaCheck.requireNow();
  await lanes();
  return context.json(
    {
      status: "ok",
      database: { status: "ok", ms: Math.round(performance.now() - startedAt) },
    } satisfies HealthResponse,
  );
});

export default { fetch: app.fetch };
