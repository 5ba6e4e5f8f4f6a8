/**
 * `POST /worker`: something is to be done. Answers 202 at once and drains submit and settle queues in the background.
 * Called by pg_net and pg_cron with the project's secret key (Vault: worker_secret_key). Body: `{lane?}`.
 */
import { withSupabase } from "@supabase/server/adapters/hono";
import { wakeRequest, type WakeResponse } from "../../../shared/requests/requests_service.ts";
import { background } from "../_shared/runtime/background.ts";
import { drainAll } from "../_shared/work/drain_later.ts";
import { createApp } from "../_shared/http/app.ts";
import { readBody } from "../_shared/http/request.ts";

const LINGER_MS = 2_000;

export const app = createApp("worker");
app.post("/", withSupabase({ auth: "secret:*" }), async (context) => {
  const { lane } = await readBody(context, wakeRequest);
  background(
    "worker",
    drainAll({ ...lane ? { lane } : {}, lingerMs: LINGER_MS }),
  );
  return context.json({ accepted: true } satisfies WakeResponse, 202);
});

export default { fetch: app.fetch };
