/**
 * Replicate's predictions: create, get, list, cancel; webhooks signed as Standard Webhooks are, with the account's
 * webhook secret (`whsec_…`). A submit whose answer was lost is looked for among the latest predictions by its callback
 * URL. Facts: docs/providers/replicate.md.
 *
 * Tool settings: `{model, edit_model?, version?, fields, output_field?}`; `edit_model` is used when files are given,
 * `version` where the model is not one of Replicate's official ones, `fields` as in map_input.ts, `output_field` is the
 * field of the output that holds the wanted files, where it has others as well. Account settings: `{base_url?}`.
 */
import type { Provider } from "../provider.ts";
import { cancel } from "./cancel.ts";
import { findTasks } from "./find.ts";
import { fetchOutcome } from "./outcome.ts";
import { fetchOutcomes } from "./outcomes.ts";
import { replicateReceiver } from "./receiver.ts";
import { prepare } from "./submit.ts";

export const replicate: Provider = {
  ...replicateReceiver,
  // It knows no idempotency key; what a lost answer left behind shows in the list of predictions.
  resubmit: "at_least_once",
  prepare,
  findTasks,
  fetchOutcome,
  fetchOutcomes,
  cancel,
};
