/** `POST /fal-webhook/:job/:token`: fal says that a request is over. Signed with Ed25519. */
import { fal } from "../_shared/providers/fal/fal.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(fal);

export default { fetch: app.fetch };
