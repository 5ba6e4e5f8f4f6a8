/** What a webhook of Replicate's needs: no more of this folder is loaded by the function that takes it in. */
import type { Receiver } from "../provider.ts";
import { verify } from "./signature.ts";
import { parseWebhook } from "./webhook.ts";

export const replicateReceiver: Receiver = {
  name: "replicate",
  verify,
  parse: parseWebhook,
};
