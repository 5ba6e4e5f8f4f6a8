/** `POST /runninghub-webhook/:job/:token`: RunningHub says that a task has ended. Unsigned, hence a hint. */
import { runninghubReceiver } from "../_shared/providers/runninghub/receiver.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(runninghubReceiver);

export default { fetch: app.fetch };
