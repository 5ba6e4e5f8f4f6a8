/**
 * RunningHub, legacy ("v1") endpoints: upload, ai-app/run, outputs, status, cancel; webhooks in the three shapes that
 * were seen. It does not sign webhooks, so every one is a hint: the outcome is asked for. Facts:
 * docs/providers/runninghub.md.
 *
 * Tool settings: `{webapp_id, nodes: {<input field>: {node_id, field_name}}, output_node_id?, instance_type?, variants?}`.
 * Inputs without a node are not sent: the app has its own values for them. `variants: {<input.variant>: {…}}` lays its
 * settings, whole nodes included, over the rest: a variant may be another app; one that is not listed is refused.
 * Without `variants` one app does all. Account settings: `{base_url?}`.
 */
import type { Provider } from "../provider.ts";
import { cancel } from "./cancel.ts";
import { fetchOutcome } from "./outcome.ts";
import { runninghubReceiver } from "./receiver.ts";
import { prepare } from "./submit.ts";
import { upload } from "./upload.ts";

export const runninghub: Provider = {
  ...runninghubReceiver,
  // It neither knows an idempotency key nor lists tasks: what a lost answer left behind shows by its webhook alone.
  resubmit: "reconcile_only",
  upload,
  prepare,
  fetchOutcome,
  cancel,
};
