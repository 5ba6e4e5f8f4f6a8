/** `POST /replicate-webhook/:job/:token`: Replicate says that a prediction is over. Signed as Standard Webhooks are. */
import { replicate } from "../_shared/providers/replicate.ts";
import { webhookApp } from "../_shared/webhook.ts";

export default { fetch: webhookApp(replicate).fetch };
