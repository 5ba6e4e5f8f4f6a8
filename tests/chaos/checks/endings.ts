/** Whether every job ended, once, in time, and as it was to end. Pure. */
import { type Case, casesOf, type Evidence, type Task } from "../evidence.ts";

const TERMINAL = ["completed", "failed", "cancelled"];
/** What the reaper gives a job past its deadline before it ends its attempt, and a minute to come round. */
const REAPERS_GRACE_MS = 6 * 60_000;
/** How long an answer, and what is made of it, may be under way. */
const ANSWER_MS = 5_000;
/** How long services take to find a database again that has crashed. */
const AFTER_A_CRASH_MS = 5_000;

/** What a create promised is there, once: a request that was sent again made no second job, and charged nothing twice. */
export function createdOnce({ planned, keys, jobs, ids, charges }: Evidence): string[] {
  const byKey = Map.groupBy(jobs, ({ idempotency_key }) => idempotency_key);
  const problems = planned.flatMap(({ n }, index) => {
    const found = byKey.get(keys[index] ?? "") ?? [];
    if (found.length !== 1) return [`planned job ${n} is there ${found.length} times`];
    const [job] = found;
    return job?.id === ids.get(n)
      ? []
      : [`planned job ${n} is ${job?.id}, and its user was told ${ids.get(n)}`];
  });
  if (jobs.length !== planned.length) problems.push(`there are ${jobs.length} jobs, not ${planned.length}`);
  return [
    ...problems,
    ...jobs.filter(({ id }) => charges.get(id) !== 1).map(({ id }) =>
      `job ${id} has ${charges.get(id) ?? 0} charges`
    ),
  ];
}

/** Every job is terminal, its history says so once and last, and all of its attempts are over. */
export function endedOnce(evidence: Evidence): string[] {
  return casesOf(evidence).flatMap(({ job, attempts }) => {
    const ends = job.step_history.filter(({ step }) => TERMINAL.includes(step));
    const isLast = job.step_history.at(-1)?.step === job.status;
    return [
      ...TERMINAL.includes(job.status) ? [] : [`job ${job.id} is ${job.status}`],
      ...ends.length === 1 && isLast
        ? []
        : [`the history of job ${job.id} does not end with one ${job.status}`],
      ...attempts.filter(({ outcome }) => outcome === null)
        .map(({ attempt }) => `attempt ${attempt} of job ${job.id} is not over`),
    ];
  });
}

/** No job ended later than its deadline and the reaper's grace allow. */
export function endedInTime({ jobs }: Evidence): string[] {
  return jobs.flatMap(({ id, deadline_at, completed_at }) => {
    if (!deadline_at || !completed_at) return [];
    const late = completed_at.getTime() - deadline_at.getTime() - REAPERS_GRACE_MS;
    return late > 0 ? [`job ${id} ended ${Math.round(late / 1000)} s after its deadline and the grace`] : [];
  });
}

/** What had ended stayed what it was, also over a crash; and what a user was told of a cancel is so. */
export function endsStayed({ changes, cancels, ids, jobs, leavers }: Evidence): string[] {
  const statuses = new Map(jobs.map(({ id, status }) => [id, status]));
  const told = [...cancels].flatMap(([n, status]) => {
    const is = statuses.get(ids.get(n) ?? "");
    if (is === undefined && leavers.length > 0) return [];
    const isKept = status === "job_finishing" ? is === "completed" || is === "failed" : is === status;
    return isKept ? [] : [`the user was told that job ${ids.get(n)} is ${status}, and it is ${is}`];
  });
  return [...changes, ...told];
}

/** How a case ended: as expected, otherwise but for a reason, or wrongly. */
export type Ending = { is: "expected" } | { is: "excused"; why: string } | { is: "wrong"; how: string };

/** What was done to the machinery meanwhile. */
type Disturbed = Pick<Evidence, "crashes" | "kills" | "outages">;

/** Judges the end of one job. */
export function endingOf(one: Case, evidence: Disturbed): Ending {
  const { planned: { scenario: { ends } }, job } = one;
  const code = job.error_code ?? "";
  if (
    typeof ends === "object" ? job.status === "failed" && ends.failed.includes(code) : job.status === ends
  ) {
    return { is: "expected" };
  }
  if (ends === "cancelled" && job.status === "completed") {
    return { is: "excused", why: "done before the cancel" };
  }
  if (job.status === "failed" && wasInDoubt(one, evidence)) {
    return { is: "excused", why: "killed while it submitted" };
  }
  if (job.status === "failed" && wasLeasedToNobody(one)) {
    return { is: "excused", why: "leased to nobody" };
  }
  if (job.status === "failed" && couldNotReadPictures(one, evidence.crashes)) {
    return { is: "excused", why: "no pictures during a crash" };
  }
  return { is: "wrong", how: `${job.status} ${code} ${job.error_message ?? ""}`.trim() };
}

/**
 * Whether a submit was cut short and nobody knows what became of it: then the job is given up at its deadline rather
 * than paid for twice. Not if its webhook was taken and named the task, and where tasks can be looked for, not if there is
 * one.
 */
function wasInDoubt({ planned: { scenario }, job, attempts, tasks }: Case, disturbed: Disturbed): boolean {
  const last = attempts.at(-1);
  if (job.error_code !== "submit_unknown" || last?.external_id !== null) return false;
  const own = tasks.filter(({ token }) => token === last.token);
  // Where nothing tells of a task but the answer, the answer must have been lost.
  if (scenario.provider === "openai") return own.every((task) => wasDisturbed(task, disturbed));
  if (!["runninghub", "kie", "fal"].includes(scenario.provider)) return own.length === 0;
  return scenario.name.startsWith("malformed_") || !own.some(({ wasHeard }) => wasHeard);
}

/** Whether anything was done to functions, database or provider from a task's beginning until its answer was taken in. */
export function wasDisturbed(
  { provider, beganAt, endedAt }: Task,
  { crashes, kills, outages }: Disturbed,
): boolean {
  const [from, to] = [beganAt - ANSWER_MS, (endedAt ?? Infinity) + ANSWER_MS];
  return kills.some((at) => from < at && at < to) ||
    [...crashes, ...outages.filter((outage) => outage.provider === provider)]
      .some((one) => from < one.to + AFTER_A_CRASH_MS && to > one.from);
}

/** Whether a pull lane's attempts were used up by claims whose answers were lost with the functions. */
function wasLeasedToNobody({ planned, job, attempts, tasks }: Case): boolean {
  if (planned.scenario.provider !== "workers" || job.error_code !== "lease_expired") return false;
  return attempts.some(({ token }) => !tasks.some((task) => task.token === token));
}

/** Whether a provider wanted to read its pictures while the database was down, and called them bad for it. */
function couldNotReadPictures({ planned, job, attempts }: Case, crashes: Evidence["crashes"]): boolean {
  const last = attempts.at(-1);
  if (planned.scenario.provider !== "astria" || job.error_code !== "http_422" || !last) return false;
  const [from, to] = [last.started_at.getTime(), (last.finished_at ?? new Date()).getTime()];
  return crashes.some((crash) => from < crash.to + AFTER_A_CRASH_MS && to > crash.from);
}

/** Every job ended as its scenario says. */
export function endedAsExpected(evidence: Evidence): string[] {
  return casesOf(evidence).flatMap((one) => {
    const ending = endingOf(one, evidence);
    const { scenario } = one.planned;
    return ending.is === "wrong"
      ? [`${scenario.provider} ${scenario.name}, job ${one.job.id}: ${ending.how}`]
      : [];
  });
}
