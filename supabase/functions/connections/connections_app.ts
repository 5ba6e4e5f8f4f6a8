/** The routes of the function `connections`, and the platforms that they reach. */
import { withSupabase } from "@supabase/server/adapters/hono";
import type { Context, Hono } from "hono";
import { createApp } from "../_shared/http/app.ts";
import { stillThere, type UserEnv } from "../_shared/http/user.ts";
import { ACCESS_MEANS, type AccessMeans } from "../_shared/work/access_means.ts";
import { comeBack } from "./callback.ts";
import { endConnection, refreshConnection } from "./change.ts";
import { choose, listChoices } from "./choices.ts";
import { showCreator } from "./creator.ts";
import type { ConnectionsEnv } from "./env.ts";
import { listConnections } from "./list.ts";
import { startConnection } from "./start.ts";

/** The app; tests put platforms of their own in the place of those that there are. */
export function connectionsApp(means: AccessMeans = ACCESS_MEANS): Hono<ConnectionsEnv> {
  const app = createApp<ConnectionsEnv>("connections");
  app.use(async (context, next) => {
    context.set("means", means);
    await next();
  });
  app.get("/:platform/callback", comeBack);

  app.use(withSupabase({ auth: "user" }));
  app.use((context, next) => stillThere(context as unknown as Context<UserEnv>, next));
  app.get("/", listConnections);
  app.get("/choices/:id", listChoices);
  app.post("/choices/:id", choose);
  app.post("/:platform/start", startConnection);
  app.get("/:id/creator", showCreator);
  app.post("/:id/refresh", refreshConnection);
  app.delete("/:id", endConnection);
  return app;
}
