/** The function `jobs`: what users do with their jobs. Every route needs a signed-in user. */
import { withSupabase } from "@supabase/server/adapters/hono";
import { jobsTopic } from "../../../shared/topics.ts";
import { publicUrl, publishableKey } from "../_shared/env.ts";
import { createApp } from "../_shared/http.ts";
import { type JobsEnv, userOf } from "./context.ts";
import { createJob } from "./create.ts";
import { getJob, getJobByRequest } from "./read.ts";
import { createUpload } from "./uploads.ts";

const app = createApp<JobsEnv>("jobs");
app.use(withSupabase({ auth: "user" }));
app.post("/", createJob);
app.post("/uploads", createUpload);
app.get("/realtime-config", (context) => {
  return context.json({
    url: publicUrl(),
    key: publishableKey(),
    topic: jobsTopic(userOf(context).userId),
  });
});
app.get("/by-request/:requestId", getJobByRequest);
app.get("/:id", getJob);

export default { fetch: app.fetch };
