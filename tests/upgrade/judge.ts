/** What has to hold after an upgrade, for each job that it found and for the whole. Pure. */
import type { Stage } from "./stages/stage.ts";

/** A job as it is in the end. */
export interface JobAfter {
  status: string;
  errorCode: string | null;
  /** Entries of the ledger. */
  charges: number;
  refunds: number;
  /** Attempts that are not over. */
  openAttempts: number;
  /** Output and history, as text: what must not change when a job has ended. Its refund may still be decided. */
  record: string;
}

/** All that is looked at. */
export interface Evidence {
  stages: readonly Stage[];
  /** By job; one that is gone is not here. */
  jobs: ReadonlyMap<string, JobAfter>;
  /** The records of the jobs that had ended before the upgrade. */
  endedBefore: ReadonlyMap<string, string>;
  /** How many jobs there are. */
  jobCount: number;
  /** How many tasks the providers have made for a job. */
  tasks: ReadonlyMap<string, number>;
  /** Lines of ops.credit_drift(). */
  creditDrift: readonly string[];
  /** Jobs whose refund waits to be decided, and tasks of ended attempts that nobody knows to be over. */
  undecided: readonly string[];
  busySlots: number;
  /** Messages in each queue. */
  queues: ReadonlyMap<string, number>;
  deadLetters: readonly string[];
  /** Effects that are not applied, with their outcome. */
  effects: readonly string[];
  /** Shipped rows that an operator had changed or deleted and that are not as the operator left them. */
  overwrittenRows: readonly string[];
}

const CLAIMS: readonly [claim: string, check: (evidence: Evidence) => string[]][] = [
  ["every job is there, and no other", allThere],
  ["every job ended as it was to end", endedRightly],
  ["what had ended is as it was", endsStayed],
  ["every job was charged once, and refunded once where nothing came of it", paidOnce],
  ["no provider was asked twice for one job", askedOnce],
  ["ops.credit_drift() is empty", ({ creditDrift }) => [...creditDrift]],
  ["every refund is decided, and every task over", ({ undecided }) => [...undecided]],
  ["slots are free and queues are empty", nothingHeld],
  ["ops.dead_letters shows the failed jobs", deadLettersRight],
  ["every effect is applied", ({ effects }) => [...effects]],
  ["what an operator changed or deleted stays so", ({ overwrittenRows }) => [...overwrittenRows]],
];

/** What speaks against each claim; only claims that do not hold are there. */
export function judge(evidence: Evidence): Record<string, string[]> {
  return Object.fromEntries(
    CLAIMS.map(([claim, check]) => [claim, check(evidence)] as const).filter(([, problems]) =>
      problems.length > 0
    ),
  );
}

/** Each stage with what became of its job, those that are gone excepted. */
function cases({ stages, jobs }: Evidence): { stage: Stage; job: JobAfter }[] {
  return stages.flatMap((stage) => {
    const job = jobs.get(stage.jobId);
    return job ? [{ stage, job }] : [];
  });
}

function allThere({ stages, jobs, jobCount }: Evidence): string[] {
  const gone = stages.filter(({ jobId }) => !jobs.has(jobId)).map(({ name }) => `${name}: gone`);
  return jobCount === stages.length
    ? gone
    : [...gone, `there are ${jobCount} jobs, there were ${stages.length}`];
}

function endedRightly(evidence: Evidence): string[] {
  return cases(evidence).flatMap(({ stage, job }) => [
    ...job.status === stage.ends
      ? []
      : [`${stage.name}: ${job.status} (${job.errorCode}), not ${stage.ends}`],
    ...job.openAttempts === 0 ? [] : [`${stage.name}: ${job.openAttempts} attempts are not over`],
  ]);
}

function endsStayed(evidence: Evidence): string[] {
  return cases(evidence)
    .filter(({ stage, job }) => stage.hasEnded && evidence.endedBefore.get(stage.jobId) !== job.record)
    .map(({ stage }) => `${stage.name}: changed`);
}

function paidOnce(evidence: Evidence): string[] {
  return cases(evidence).flatMap(({ stage, job }) => {
    const refunds = stage.ends === "completed" || stage.isWithheld ? 0 : 1;
    return job.charges === 1 && job.refunds === refunds
      ? []
      : [`${stage.name}: ${job.charges} charges and ${job.refunds} refunds`];
  });
}

function askedOnce({ stages, tasks }: Evidence): string[] {
  return stages.flatMap((stage) => {
    const count = tasks.get(stage.jobId) ?? 0;
    return count === stage.tasks ? [] : [`${stage.name}: ${count} tasks, not ${stage.tasks}`];
  });
}

function nothingHeld({ busySlots, queues }: Evidence): string[] {
  const left = [...queues].filter(([, length]) => length > 0).map(([queue, length]) =>
    `${queue}: ${length} messages`
  );
  return busySlots === 0 ? left : [`${busySlots} slots are held`, ...left];
}

function deadLettersRight({ stages, deadLetters }: Evidence): string[] {
  const failed = stages.filter(({ ends }) => ends === "failed");
  return [
    ...failed.filter(({ jobId }) => !deadLetters.includes(jobId)).map(({ name }) =>
      `${name}: no dead letter`
    ),
    ...deadLetters.filter((id) => !failed.some(({ jobId }) => jobId === id)).map((id) =>
      `${id}: a dead letter too many`
    ),
  ];
}
