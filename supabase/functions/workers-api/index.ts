/** The function `workers-api`: what workers outside do with the jobs of pull lanes. Every route needs a secret key. */
import { withSupabase } from "@supabase/server/adapters/hono";
import { bodyLimit } from "hono/body-limit";
import { EsteiraError } from "../../../shared/errors.ts";
import { createApp } from "../_shared/http/app.ts";
import { claimJobs } from "./claim.ts";
import { completeJob, failJob } from "./finish.ts";
import { heartbeat, progress } from "./heartbeat.ts";
import { createResultUpload } from "./uploads.ts";

const MAX_BODY_BYTES = 1024 * 1024;

const app = createApp("workers-api");
app.use(withSupabase({ auth: "secret:*" }));
app.use(bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new EsteiraError("payload_too_large", `A body has at most ${MAX_BODY_BYTES} bytes.`);
  },
}));
app.post("/claim", claimJobs);
app.post("/heartbeat", heartbeat);
app.post("/progress", progress);
app.post("/uploads", createResultUpload);
app.post("/complete", completeJob);
app.post("/fail", failJob);

export default { fetch: app.fetch };
