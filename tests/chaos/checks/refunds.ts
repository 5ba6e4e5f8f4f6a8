/** Whether money came back where it should, and nothing else with it. Pure. */
import { type Case, casesOf, type Evidence } from "../evidence.ts";
import { wasDisturbed } from "./endings.ts";

/** Failures after which a price is paid back although a task may have succeeded: nobody has its result. */
const PAID_ALL_THE_SAME = [
  "deadline_exceeded",
  "submit_unknown",
  "output_unavailable",
  "output_too_large",
  "output_wrong_type",
  "refused_address",
  "data_removed",
  "lease_expired",
];

/** Every refund is decided: paid or withheld where a job ended without a result, none where it has one; and the ledger agrees. */
export function refundsAreSettled({ jobs, refunds, outbox }: Evidence): string[] {
  const open = outbox.filter(({ over_at }) => over_at === null)
    .map(({ job_id, reason }) => `the outbox waits for a task of job ${job_id} (${reason})`);
  const wrong = jobs.flatMap(({ id, status, refund, credits_charged }) => {
    const paid = refunds.get(id) ?? 0;
    const isRight = credits_charged > 0 && status === "failed"
      ? refund === "paid" && paid === 1
      : credits_charged > 0 && status === "cancelled"
      ? (refund === "paid" && paid === 1) || (refund === "withheld" && paid === 0)
      : refund === "none" && paid === 0;
    return isRight ? [] : [`${status} job ${id} has refund ${refund} and ${paid} refunds in the ledger`];
  });
  return [...open, ...wrong];
}

/** A refund is withheld only where a task of the job went on to its success, or nobody could find out what became of it. */
export function withheldForAReason(evidence: Evidence): string[] {
  return casesOf(evidence).filter(({ job }) => job.refund === "withheld").flatMap((one) => {
    const wentOn = one.tasks.some(({ outcome }) => outcome === "succeeded");
    const isUnknown = rowsOf(one, evidence).some(({ how, external_id }) =>
      how === "unknown" && external_id !== null
    );
    return wentOn || isUnknown
      ? []
      : [`the refund of job ${one.job.id} is withheld, and none of its tasks went on`];
  });
}

/** What was paid back had no task that succeeded, but where its result was lost for a reason that is named. */
export function paidForAReason(evidence: Evidence): string[] {
  return casesOf(evidence).filter(({ job }) => job.refund === "paid").flatMap((one) => {
    const { job, tasks, planned } = one;
    const wentOn = tasks.find(({ outcome }) => outcome === "succeeded");
    if (!wentOn || planned.scenario.isLie) return [];
    // Cancelled: the task was not known of, and waited for in vain; or in a pull lane the lease ended before it was heard of.
    // Where the answer is the result, it must have been lost.
    const isHeard = planned.scenario.provider === "openai" && !wasDisturbed(wentOn, evidence);
    const isUnknown = !isHeard &&
      rowsOf(one, evidence).some(({ how, external_id }) =>
        how === "unknown" && (external_id === null || planned.scenario.provider === "workers")
      );
    const isExcused = job.status === "failed"
      ? PAID_ALL_THE_SAME.includes(job.error_code ?? "") || isUnknown
      : isUnknown;
    return isExcused ? [] : [
      `${job.status} job ${job.id} ${job.error_code ?? ""} was paid back, and task ${wentOn.id} succeeded`,
    ];
  });
}

function rowsOf({ job }: Case, { outbox }: Evidence) {
  return outbox.filter(({ job_id }) => job_id === job.id);
}

/** Nobody who was paid back, or may be, can read a result: not during the run, and not after it. */
export function nothingIsStolen({ stolen, jobs }: Evidence): string[] {
  const ended = new Map(jobs.map(({ id, status, refund }) => [id, `${status} job ${id} (refund ${refund})`]));
  return stolen.map(({ jobId, path }) => `the owner of ${ended.get(jobId) ?? jobId} could read ${path}`);
}

/** Each task that stayed unknown was told to the operator: there is a repair for it. */
export function unknownIsTold({ outbox, unknownRepairs }: Evidence): string[] {
  const unknown = outbox.filter(({ how, is_lease }) => how === "unknown" && !is_lease).length;
  return unknown > unknownRepairs
    ? [`${unknown} tasks stayed unknown, the repairs tell of ${unknownRepairs}`]
    : [];
}
