/** What a webhook of KIE's needs: no more of this folder is loaded by the function that takes it in. */
import type { Receiver } from "../provider.ts";
import { verify } from "./signature.ts";
import { parseWebhook } from "./webhook.ts";

export const kieReceiver: Receiver = {
  name: "kie",
  verify,
  parse: parseWebhook,
};
