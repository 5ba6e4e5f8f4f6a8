/** Everything that a run is judged by, as the checks are given it: plain values, gathered when all is over. */
import type { PlannedJob } from "./mixture.ts";
import type { ProviderName } from "./scenarios/scenario.ts";

export interface JobRow {
  readonly id: string;
  readonly idempotency_key: string;
  readonly user_id: string;
  readonly status: string;
  readonly step_history: readonly { readonly step: string; readonly timestamp: string }[];
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly output: { files: StoredFile[]; data?: Record<string, unknown> } | null;
  readonly created_at: Date;
  readonly completed_at: Date | null;
  readonly deadline_at: Date | null;
  readonly credits_charged: number;
  /** none · due · paid · withheld. */
  readonly refund: string;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
}

export interface AttemptRow {
  readonly job_id: string;
  readonly attempt: number;
  readonly token: string;
  readonly external_id: string | null;
  readonly outcome: string | null;
  readonly error_code: string | null;
  /** How many submits of it have passed the checkpoint. */
  readonly submits: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

/** A row of the outbox of cancels. */
export interface CancelRow {
  readonly token: string;
  readonly job_id: string;
  readonly user_id: string;
  readonly reason: string;
  readonly external_id: string | null;
  readonly over_at: Date | null;
  /** never_existed · stopped · failed · succeeded · unknown; null: open. */
  readonly how: string | null;
  /** Of a pull lane: the end of a lease is the end of its task, and nothing to tell. */
  readonly is_lease: boolean;
}

/** A task as its simulator knows it, or the worker that did it. */
export interface Task {
  readonly provider: ProviderName;
  /** The API key that it was submitted with. */
  readonly account: string;
  readonly id: string;
  /** The planned job's own text, where the submission has one. */
  readonly text: string | undefined;
  /** From the address of its webhook. */
  readonly jobId: string | undefined;
  readonly token: string | undefined;
  /** In milliseconds since 1970. */
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly outcome: "succeeded" | "failed" | "cancelled" | null;
  readonly outputs: readonly { readonly bytes: number; readonly sha256: string }[];
  /** Whether a webhook about its end was answered with 2xx. */
  readonly wasHeard: boolean;
}

export interface Evidence {
  readonly planned: readonly PlannedJob[];
  /** The idempotency key of each planned job, in the same order. */
  readonly keys: readonly string[];
  readonly jobs: readonly JobRow[];
  readonly attempts: readonly AttemptRow[];
  readonly tasks: readonly Task[];
  /** What the owner gets at the address of each file of each output, by path. */
  readonly downloads: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>;
  /** Names of all that lies in the bucket `outputs`. */
  readonly objects: readonly string[];
  readonly creditDrift: readonly string[];
  /** How many charges there are for each job, by its id. */
  readonly charges: ReadonlyMap<string, number>;
  /** How many refunds, likewise. */
  readonly refunds: ReadonlyMap<string, number>;
  /** Slots of each provider's one account. */
  readonly slots: ReadonlyMap<ProviderName, number>;
  /** The outbox of cancels, closed rows too. */
  readonly outbox: readonly CancelRow[];
  /** How many tasks the repairs say have stayed unknown. */
  readonly unknownRepairs: number;
  /** Files that the owner of a cancelled or failed job could read, during the run or after it. */
  readonly stolen: readonly { readonly jobId: string; readonly path: string }[];
  /** Users who were deleted midway. */
  readonly leavers: readonly Leaver[];
  /** Slots that are taken. */
  readonly busySlots: number;
  /** Messages in each lane's queue and in the settle queue. */
  readonly queues: ReadonlyMap<string, number>;
  /** Ids of the jobs in ops.dead_letters. */
  readonly deadLetters: readonly string[];
  readonly broadcastFailures: readonly string[];
  /** What the watch saw change that must not. */
  readonly changes: readonly string[];
  /** How often somebody asked why a few jobs stand where they stand, and what was wrong with the answers. */
  readonly verdicts: { readonly looks: number; readonly problems: readonly string[] };
  /** What the users were answered, by the number of the planned job. */
  readonly ids: ReadonlyMap<number, string>;
  readonly cancels: ReadonlyMap<number, string>;
  readonly crashes: readonly { readonly from: number; readonly to: number }[];
  /** When the functions were killed, in milliseconds since 1970. */
  readonly kills: readonly number[];
  readonly outages: readonly {
    readonly provider: ProviderName;
    readonly from: number;
    readonly to: number;
  }[];
}

/** A user who was deleted midway. */
export interface Leaver {
  readonly userId: string;
  /** When that was answered, in milliseconds since 1970. */
  readonly leftAt: number;
  /** The texts of the jobs that were planned for this user. */
  readonly texts: ReadonlySet<string>;
  /** What is still there of the user: rows, files. */
  readonly remains: readonly string[];
}

/** A planned job with all that there is about it. */
export interface Case {
  readonly planned: PlannedJob;
  readonly job: JobRow;
  /** Oldest first. */
  readonly attempts: readonly AttemptRow[];
  readonly tasks: readonly Task[];
}

/** Puts together what belongs together; planned jobs that are not there are left out. */
export function casesOf({ planned, keys, jobs, attempts, tasks }: Evidence): Case[] {
  const byKey = new Map(jobs.map((job) => [job.idempotency_key, job]));
  const attemptsOf = Map.groupBy(attempts, ({ job_id }) => job_id);
  const tasksOf = Map.groupBy(tasks, ({ jobId }) => jobId);
  return planned.flatMap((one, index) => {
    const job = byKey.get(keys[index] ?? "");
    if (!job) return [];
    const own = (attemptsOf.get(job.id) ?? []).toSorted((a, b) => a.attempt - b.attempt);
    return [{ planned: one, job, attempts: own, tasks: tasksOf.get(job.id) ?? [] }];
  });
}
