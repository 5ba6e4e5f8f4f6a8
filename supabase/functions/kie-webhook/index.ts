/** `POST /kie-webhook/:job/:token`: KIE says that a task has ended. Its signature does not cover the body, hence a hint. */
import { kieReceiver } from "../_shared/providers/kie/receiver.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(kieReceiver);

export default { fetch: app.fetch };
