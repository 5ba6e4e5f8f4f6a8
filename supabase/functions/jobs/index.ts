/** The function `jobs`: what users do with their jobs. Every route needs a signed-in user. */
import { withSupabase } from "@supabase/server/adapters/hono";
import { jobsTopic } from "../../../shared/topics.ts";
import { publicUrl, publishableKey } from "../_shared/runtime/env.ts";
import { createApp } from "../_shared/http/app.ts";
import { type UserEnv, userOf } from "../_shared/http/user.ts";
import { cancelJob, retryJob } from "./change.ts";
import { createJob, createJobs } from "./create.ts";
import { getJob, getJobByRequest, getPosition } from "./read.ts";
import { createUpload } from "./uploads.ts";

const app = createApp<UserEnv>("jobs");
app.use(withSupabase({ auth: "user" }));
app.post("/", createJob);
app.post("/batch", createJobs);
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
app.get("/:id/position", getPosition);
app.delete("/:id", cancelJob);
app.post("/:id/retry", retryJob);

export default { fetch: app.fetch };
