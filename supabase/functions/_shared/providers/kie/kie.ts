/**
 * KIE.ai: createTask, recordInfo, callbacks. Its signature covers the task's id and the time, not the body, so every
 * callback is a hint: the outcome is asked for. It cannot stop a task. Facts: docs/providers/kie.md.
 *
 * Tool settings: `{model, edit_model?, fields}`; `edit_model` is used when files are given, `fields` as in map_input.ts.
 * Account settings: `{base_url?, unsigned_webhooks?}`. KIE signs only once `webhookHmacKey` has been made at
 * kie.ai/settings; that key is the account's webhook secret, and a callback without its signature is refused.
 * `unsigned_webhooks: true` is for accounts without the key: there the token in the callback's address is all that
 * vouches for it. Where there is a key, it is checked all the same.
 */
import type { Provider } from "../provider.ts";
import { fetchOutcome } from "./outcome.ts";
import { kieReceiver } from "./receiver.ts";
import { prepare } from "./submit.ts";

export const kie: Provider = {
  ...kieReceiver,
  // It neither knows an idempotency key nor lists tasks: what a lost answer left behind shows by its callback alone.
  resubmit: "reconcile_only",
  prepare,
  fetchOutcome,
};
