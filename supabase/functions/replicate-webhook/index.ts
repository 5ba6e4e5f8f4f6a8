/** `POST /replicate-webhook/:job/:token`: Replicate says that a prediction is over. Signed as Standard Webhooks are. */
import { replicate } from "../_shared/providers/replicate/replicate.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(replicate);

export default { fetch: app.fetch };
