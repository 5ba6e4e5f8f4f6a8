/** `POST /replicate-webhook/:job/:token`: Replicate says that a prediction is over. Signed as Standard Webhooks are. */
import { replicateReceiver } from "../_shared/providers/replicate/receiver.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(replicateReceiver);

export default { fetch: app.fetch };
