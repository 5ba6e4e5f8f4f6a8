/** The function `models`: a user's models, and where a training stands. Every route needs a signed-in user. */
import { withSupabase } from "@supabase/server/adapters/hono";
import { createApp } from "../_shared/http/app.ts";
import { type UserEnv } from "../_shared/http/user.ts";
import { getModelStatus, listModels } from "./read.ts";

export const app = createApp<UserEnv>("models");
app.use(withSupabase({ auth: "user" }));
app.get("/", listModels);
app.get("/:id/status", getModelStatus);

export default { fetch: app.fetch };
