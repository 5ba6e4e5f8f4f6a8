/**
 * Astria: trains a model ("tune") on pictures that it reads by signed addresses. Its result is no file but the tune's
 * id. It signs nothing, posts its callback once and tells of no failure: a callback is a hint, the tune is asked for,
 * and one that never gets `trained_at` ends at the attempt's deadline. Facts: docs/providers/astria.md.
 *
 * Tool settings: `{base_tune_id?, branch?, model_type?, preset?, token?, steps?, face_crop?, training_face_correct?,
 * auto_extend?, eta_margin_minutes?}`; the first nine go to Astria as they are. Account settings: `{base_url?}`.
 */
import type { WorkItem } from "../../engine/work_item.ts";
import type { CancelResult, Provider } from "../provider.ts";
import { call } from "./call.ts";
import { findTasks } from "./find.ts";
import { fetchOutcome } from "./outcome.ts";
import { astriaReceiver } from "./receiver.ts";
import { prepare } from "./submit.ts";
import { pathOf } from "./tune.ts";

export const astria: Provider = {
  ...astriaReceiver,
  // An account that keys tunes by title makes no second one; for one that does not, findTasks has looked before.
  resubmit: "idempotent",
  prepare,
  findTasks,
  fetchOutcome,
  cancel,
  forget,
};

// There is no stopping a training but deleting its tune (astria.md#endpoints). That is for whoever calls this to weigh: a
// tune that is an accepted result would be lost. One that was trained meanwhile can be deleted as well, and was not stopped
// by that: Astria has done its work, and charged for it.
async function cancel(work: WorkItem, externalId: string): Promise<CancelResult> {
  const { state } = await fetchOutcome(work, externalId);
  if (state === "succeeded") return "over";
  return await deleteTune(work, externalId) ? "stopped" : "over";
}

// With its tune go the pictures that it was trained on (astria.md#endpoints).
async function forget(work: WorkItem, externalId: string): Promise<void> {
  await deleteTune(work, externalId);
}

/** Whether there was one to delete. */
async function deleteTune(work: WorkItem, externalId: string): Promise<boolean> {
  const { status } = await call(work, pathOf(externalId), {
    method: "DELETE",
    accepts: ({ status }) => status === 404,
  });
  return status !== 404;
}
