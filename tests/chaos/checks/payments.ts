/** Whether anything was paid for more often than the providers' policies allow. Pure. */
import { type Case, casesOf, type Evidence } from "../evidence.ts";
import type { ProviderName } from "../scenarios/scenario.ts";

/** Where a submit in doubt may be done again, at the price of a task (the policy `at_least_once`). */
export const AT_LEAST_ONCE: readonly ProviderName[] = ["replicate"];
/** Submits of an attempt at the most, there. */
const SUBMITS = 3;

/** Every task is of an attempt of its job; an attempt has one, and where that is the policy one more for each repeated submit. */
export function paidAsAllowed(evidence: Evidence): string[] {
  const known = new Set(
    [...evidence.attempts, ...evidence.outbox].map(({ job_id, token }) => `${job_id} ${token}`),
  );
  const gone = new Set(evidence.leavers.flatMap(({ texts }) => [...texts]));
  const strangers = evidence.tasks.filter(({ jobId, token, text }) =>
    !known.has(`${jobId} ${token}`) && !gone.has(text ?? "")
  );
  const tooMany = casesOf(evidence).flatMap((one) =>
    one.attempts.flatMap(({ attempt, token, submits }) => {
      const paid = one.tasks.filter((task) => task.token === token).length;
      const allowed = 1 + repeats(one, submits);
      return paid > allowed
        ? [
          `attempt ${attempt} of job ${one.job.id} has ${paid} tasks at ${one.planned.scenario.provider}, ` +
          `${allowed} allowed`,
        ]
        : [];
    })
  );
  return [
    ...strangers.map(({ provider, id, jobId }) =>
      `task ${id} of job ${jobId} at ${provider} is of no attempt`
    ),
    ...tooMany,
  ];
}

/**
 * A job has one task that succeeded at the most, whatever became of it: nothing that may be paid for is bought twice. One
 * more for each submit that was repeated where that is the policy, where the provider said that a success had failed, and
 * where a worker outside was late: the end of its lease is all that is known.
 */
export function boughtOnce(evidence: Evidence): string[] {
  return casesOf(evidence).flatMap((one) => {
    const { planned: { scenario }, job, attempts, tasks } = one;
    const bought = tasks.filter(({ outcome }) => outcome === "succeeded").length;
    const late = attempts.filter(({ error_code }) => error_code === "lease_expired").length;
    const allowed = 1 + attempts.reduce((sum, { submits }) => sum + repeats(one, submits), 0) +
      Number(scenario.isLie ?? false) + late;
    return bought > allowed
      ? [`${bought} tasks of job ${job.id} succeeded at ${scenario.provider}, ${allowed} allowed`]
      : [];
  });
}

function repeats({ planned }: Case, submits: number): number {
  return AT_LEAST_ONCE.includes(planned.scenario.provider)
    ? Math.min(Math.max(submits - 1, 0), SUBMITS - 1)
    : 0;
}
