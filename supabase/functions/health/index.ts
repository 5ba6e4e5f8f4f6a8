/**
 * `GET /health`: whether the functions and the database answer, and fit each other; for everybody, and tells nothing about
 * users or load. `GET /health/deep`: whether everything moves, and `GET /health/metrics`: how much of it there is; for
 * monitoring outside, with a secret key: pg_cron, which looks after all of that, cannot tell of its own death.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import type { MiddlewareHandler } from "hono";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import {
  deepHealthQuery,
  type DeepHealthResponse,
  type HealthResponse,
} from "../../../shared/requests/requests_service.ts";
import { VERSION } from "../../../shared/version.ts";
import { deepHealth, metrics } from "../_shared/engine/health.ts";
import { lanes } from "../_shared/engine/messages.ts";
import { schemaCheck } from "../_shared/engine/schema_version.ts";
import { createApp } from "../_shared/http/app.ts";
import { readQuery } from "../_shared/http/request.ts";
import { lookOutside } from "./look_outside.ts";
import { mediaTypeFor, renderMetrics } from "./open_metrics.ts";

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

/** Prometheus and others send a key as a bearer token alone; where the library looks for it is the header `apikey`. */
const bearerIsKey: MiddlewareHandler = async (context, next) => {
  const key = context.req.header("authorization")?.match(/^Bearer (sb_secret_\S+)$/)?.[1];
  if (key !== undefined && context.req.header("apikey") === undefined) {
    const headers = new Headers(context.req.raw.headers);
    headers.set("apikey", key);
    headers.delete("authorization");
    context.req.raw = new Request(context.req.raw, { headers });
  }
  await next();
};
const server = withSupabase({ auth: "secret:*" });

app.get("/deep", bearerIsKey, server, async (context) => {
  const { setup } = readQuery(context, deepHealthQuery);
  const startedAt = performance.now();
  const [database, checks] = await Promise.all([deepHealth(), lookOutside(setup === "true")]);
  const broken = checks.find(({ verdict }) => verdict === "error");
  const health: DeepHealthResponse = {
    ...database,
    status: broken ? "broken" : database.status,
    version: VERSION,
    ms: Math.round(performance.now() - startedAt),
    checks,
  };
  if (health.status !== "broken") return context.json(health);
  const [worst] = database.problems.filter(({ level }) => level === "error");
  throw new EsteiraError(
    "unhealthy",
    worst ? `${worst.code}: ${worst.detail}` : `${broken?.name}: ${broken?.detail}`,
    { ...health },
  );
});

app.get("/metrics", bearerIsKey, server, async (context) => {
  const type = mediaTypeFor(context.req.header("accept"));
  context.header("content-type", type);
  return context.body(renderMetrics(await metrics(), type));
});

export default { fetch: app.fetch };
