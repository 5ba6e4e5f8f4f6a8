/** What a worker tells of an attempt's submits: each passes the checkpoint, and one of them gets the task. */
import type { Json } from "../../../../shared/database.types.ts";
import { unwrap, worker } from "./database.ts";
import { report } from "./reports.ts";
import { takenInVain } from "./started.ts";
import type { Message } from "./work_item.ts";

/** The provider has taken the task. */
export interface Submitted {
  externalId: string;
  raw: unknown;
  /** Shown in the history beside the task's id. */
  details: Record<string, unknown>;
  /** What the provider needs to know of the task later on: laid over the attempt's checkpoint. */
  checkpoint?: Record<string, unknown>;
}

/** What the engine must know of a provider to judge an attempt whose submit was made. */
export interface SubmitTerms {
  /** May a submit be repeated? See `Provider.resubmit`. */
  resubmit: "idempotent" | "at_least_once" | "reconcile_only";
  /** Can a task be stopped? */
  can_stop: boolean;
}

/**
 * Every submit, repetitions too, passes here. Keeps what need not be done again and leases the message anew for a whole
 * lease, at whose end the submit must be over. False: do not submit; the attempt is not current, another is at it, or
 * a repetition is not allowed (yet).
 */
export async function checkpoint(
  { item, queue, msg_id }: Message,
  data: Record<string, unknown>,
  terms: SubmitTerms,
): Promise<boolean> {
  return await report("checkpoint", {
    p_job_id: item.job.id,
    p_token: item.attempt.token,
    p_checkpoint: data as Json,
    p_terms: terms as unknown as Json,
    p_queue: queue,
    p_msg_id: msg_id,
  }) ?? false;
}

/**
 * The provider was looked through and has no task of this attempt. Counted at most once a minute, and only when no
 * submit can be under way. Returns how often it has been counted.
 */
export async function noneFound({ item }: Message): Promise<number> {
  return unwrap(
    await worker().rpc("none_found", { p_job_id: item.job.id, p_token: item.attempt.token }),
  ) ?? 0;
}

/**
 * The provider knows of no task by the name that a webhook told the end of. Returns the name to ask about instead, if
 * the attempt's task was given another; null: it was not.
 */
export async function otherTask({ item }: Message): Promise<string | null> {
  return unwrap(
    await worker().rpc("other_task", {
      p_job_id: item.job.id,
      p_token: item.attempt.token,
      p_external_id: item.attempt.external_id ?? "",
    }),
  );
}

/** The provider has the task. Returns the job's status: after a terminal one the outbox of cancels knows the task. */
export async function submitted(
  { item, queue, msg_id }: Message,
  answer: Submitted,
): Promise<string> {
  const status = await report("submitted", {
    p_job_id: item.job.id,
    p_token: item.attempt.token,
    p_external_id: answer.externalId,
    p_raw: answer.raw as Json,
    p_details: answer.details as Json,
    p_queue: queue,
    p_msg_id: msg_id,
    ...answer.checkpoint ? { p_checkpoint: answer.checkpoint as Json } : {},
  }) ?? "unknown";
  if (status !== "processing") takenInVain();
  return status;
}
