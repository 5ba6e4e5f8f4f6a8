/** `POST /astria-webhook/:job/:token`: Astria says, once, that a model is trained. Unsigned, hence a hint. */
import { astriaReceiver } from "../_shared/providers/astria/receiver.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(astriaReceiver);

export default { fetch: app.fetch };
