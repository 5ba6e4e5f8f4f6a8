/**
 * `POST /worker`: something is to be done. Answers 202 at once and drains submit and settle queues in the background.
 * Called by pg_net and pg_cron with the project's secret key (Vault: worker_secret_key). Body: `{lane?}`.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import { z } from "zod";
import { background } from "../_shared/runtime/background.ts";
import { drainAll } from "../_shared/work/drain.ts";
import { createApp, readBody } from "../_shared/http/app.ts";

const LINGER_MS = 2_000;

const app = createApp("worker");
app.post("/", withSupabase({ auth: "secret:*" }), async (context) => {
  const { lane } = await readBody(
    context,
    z.object({ lane: z.string().max(40).optional() }),
  );
  background(
    "worker",
    drainAll({ ...lane ? { lane } : {}, lingerMs: LINGER_MS }),
  );
  return context.json({ accepted: true }, 202);
});

export default { fetch: app.fetch };
