/**
 * fal's queue: submit, status, response, cancel; webhooks signed with keys that fal publishes. Its signature covers the
 * body and says whose task it is, but every customer of fal's has one: the account's own user id is what makes it
 * ours. Facts: docs/providers/fal.md.
 *
 * Tool settings: `{model, edit_model?, fields, output_field?}`; `edit_model` is used when files are given, `fields` as
 * in map_input.ts, `output_field` is the field of the result that holds the wanted files, where it has others as well.
 * Account settings: `{user_id, base_url?, jwks_url?}`; without `user_id` no webhook is accepted.
 */
import type { Provider } from "../provider.ts";
import { cancel } from "./cancel.ts";
import { fetchOutcome } from "./outcome.ts";
import { falReceiver } from "./receiver.ts";
import { prepare } from "./submit.ts";

export const fal: Provider = {
  ...falReceiver,
  // It neither knows an idempotency key nor lists requests: what a lost answer left behind shows by its webhook alone.
  resubmit: "reconcile_only",
  prepare,
  fetchOutcome,
  cancel,
};
