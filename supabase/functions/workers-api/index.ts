/** The function `workers-api`: what workers outside do with the jobs of pull lanes. Every route needs a secret key. */
import { withSupabase } from "@supabase/server/adapters/hono";
import { createApp } from "../_shared/http/app.ts";
import { claimJobs } from "./claim.ts";
import { completeJob, failJob } from "./finish.ts";
import { heartbeat, progress } from "./heartbeat.ts";
import { createResultUpload } from "./uploads.ts";

export const app = createApp("workers-api");
app.use(withSupabase({ auth: "secret:*" }));
app.post("/claim", claimJobs);
app.post("/heartbeat", heartbeat);
app.post("/progress", progress);
app.post("/uploads", createResultUpload);
app.post("/complete", completeJob);
app.post("/fail", failJob);

export default { fetch: app.fetch };
