/**
 * The function `jobs`: what users do with their jobs, and what they need to know for that. Servers may create jobs for
 * them; the description of the API is for everybody; all else needs a signed-in user.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import type { RealtimeConfig } from "../../../shared/requests/requests.ts";
import { jobsTopic } from "../../../shared/words/topics.ts";
import { createApp } from "../_shared/http/app.ts";
import { stillThere, type UserEnv, userOf } from "../_shared/http/user.ts";
import { publicUrl, publishableKey } from "../_shared/runtime/env.ts";
import { cancelJob, retryJob } from "./change.ts";
import { createJob, createJobs } from "./create.ts";
import { listCredits } from "./credits.ts";
import { listJobs } from "./list.ts";
import { describe } from "./openapi.ts";
import { getJob, getJobByRequest, getJobsById, getPosition } from "./read.ts";
import { listTools } from "./tools.ts";
import { createUpload } from "./uploads.ts";

export const app = createApp<UserEnv>("jobs");
app.get("/openapi.json", describe);

const userOrServer = withSupabase({ auth: ["user", "secret:*"] });
app.post("/", userOrServer, createJob);
app.post("/batch", userOrServer, createJobs);

app.use(withSupabase({ auth: "user" }));
app.get("/", listJobs);
app.get("/tools", stillThere, listTools);
app.get("/credits", listCredits);
app.post("/uploads", stillThere, createUpload);
app.get("/realtime-config", stillThere, (context) => {
  return context.json(
    {
      url: publicUrl(),
      key: publishableKey(),
      topic: jobsTopic(userOf(context).userId),
    } satisfies RealtimeConfig,
  );
});
app.get("/by-id", getJobsById);
app.get("/by-request/:requestId", getJobByRequest);
app.get("/:id", getJob);
app.get("/:id/position", getPosition);
app.delete("/:id", stillThere, cancelJob);
app.post("/:id/retry", stillThere, retryJob);

export default { fetch: app.fetch };
