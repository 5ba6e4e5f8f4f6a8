/** What a webhook of Astria's needs: no more of this folder is loaded by the function that takes it in. */
import type { Receiver } from "../provider.ts";
import { parseWebhook } from "./webhook.ts";

export const astriaReceiver: Receiver = {
  name: "astria",
  // No verify: Astria signs nothing. The token in the URL has been checked, the tune is asked for.
  parse: parseWebhook,
};
