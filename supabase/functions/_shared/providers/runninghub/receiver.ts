/** What a webhook of RunningHub's needs: no more of this folder is loaded by the function that takes it in. */
import type { Receiver } from "../provider.ts";
import { parseWebhook } from "./webhook.ts";

export const runninghubReceiver: Receiver = {
  name: "runninghub",
  // No verify: RunningHub signs nothing. The token in the URL has been checked, the outcome is asked for.
  parse: parseWebhook,
};
