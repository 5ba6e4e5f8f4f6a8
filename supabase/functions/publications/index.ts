/**
 * The function `publications`: publishing to social platforms, as document 003 has it. Users enqueue, watch, cancel, retry
 * and resolve their own; servers may enqueue for them, and have one job worked on now.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import { createApp } from "../_shared/http/app.ts";
import { stillThere, type UserEnv } from "../_shared/http/user.ts";
import { cancelPublication, resolvePublication, retryPublication } from "./change.ts";
import { enqueue } from "./enqueue.ts";
import { listPublications } from "./list.ts";
import { processPublication } from "./process.ts";
import { getPublication } from "./read.ts";

export const app = createApp<UserEnv>("publications");
app.post("/internal/process-publication", withSupabase({ auth: "secret:*" }), processPublication);
app.post("/enqueue", withSupabase({ auth: ["user", "secret:*"] }), enqueue);

app.use(withSupabase({ auth: "user" }));
app.get("/", listPublications);
app.get("/:id", getPublication);
app.delete("/:id", stillThere, cancelPublication);
app.post("/:id/retry", stillThere, retryPublication);
app.post("/:id/resolve", stillThere, resolvePublication);

export default { fetch: app.fetch };
