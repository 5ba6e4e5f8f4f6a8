/** `POST /astria-webhook/:job/:token`: Astria says, once, that a model is trained. Unsigned, hence a hint. */
import { astria } from "../_shared/providers/astria/astria.ts";
import { webhookApp } from "../_shared/work/webhook_app.ts";

export const app = webhookApp(astria);

export default { fetch: app.fetch };
