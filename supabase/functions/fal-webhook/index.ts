/** `POST /fal-webhook/:job/:token`: fal says that a request is over. Signed with Ed25519. */
import { falReceiver } from "../_shared/providers/fal/receiver.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(falReceiver);

export default { fetch: app.fetch };
