/** `POST /runninghub-webhook/:job/:token`: RunningHub says that a task has ended. Unsigned, hence a hint. */
import { runninghub } from "../_shared/providers/runninghub/runninghub.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(runninghub);

export default { fetch: app.fetch };
