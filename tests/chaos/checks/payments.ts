/** Whether anything was paid for more often than the providers' policies allow. Pure. */
import { casesOf, type Evidence } from "../evidence.ts";
import type { ProviderName } from "../scenarios/scenario.ts";

/** Where a submit in doubt may be done again, at the price of a task (the policy `at_least_once`). */
const AT_LEAST_ONCE: readonly ProviderName[] = ["replicate"];

/** Every task is of an attempt of its job; an attempt has one, and one more for each time that it says it submitted again. */
export function paidAsAllowed(evidence: Evidence): string[] {
  const strangers = evidence.tasks.filter(({ jobId, token }) =>
    !evidence.attempts.some((attempt) => attempt.job_id === jobId && attempt.token === token)
  );
  const tooMany = casesOf(evidence).flatMap(({ planned, job, attempts, tasks }) =>
    attempts.flatMap(({ attempt, token, resubmits }) => {
      const paid = tasks.filter((task) => task.token === token).length;
      const allowed = 1 + (AT_LEAST_ONCE.includes(planned.scenario.provider) ? resubmits : 0);
      return paid > allowed
        ? [
          `attempt ${attempt} of job ${job.id} has ${paid} tasks at ${planned.scenario.provider}, ${allowed} allowed`,
        ]
        : [];
    })
  );
  return [...strangers.map(({ provider, id }) => `task ${id} at ${provider} is of no attempt`), ...tooMany];
}
