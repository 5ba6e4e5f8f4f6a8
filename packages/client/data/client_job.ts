/** How one state of a job follows from another: from broadcasts, from reads, whatever comes first. Pure. */
import type { HistoryEntry, Job, ShownFile, VisibleJob } from "../../../shared/rows/job.ts";
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { ClientJob, ClientOutput, JobDetails } from "../api/job.ts";

/** What is known of a job. */
export interface Entry {
  readonly job: ClientJob;
  /** Whether `step_history` is all of it up to `version`. */
  readonly isWhole: boolean;
}

/** A job as a function answers with it: with or without addresses of its files. */
export type ReadJob = Omit<Job, "output"> & {
  readonly output: (Omit<NonNullable<Job["output"]>, "files"> & { readonly files: readonly File[] }) | null;
};
type File = Omit<ShownFile, "signedUrl" | "signedUrlExpiresAt"> & Partial<ShownFile>;

/** What a broadcast says of a job. */
export interface Told {
  readonly row: VisibleJob;
  /** What the change added to its history; of a new job: all of it. */
  readonly steps: readonly HistoryEntry[];
  /** The version before; null: it is new. */
  readonly oldVersion: number | null;
}

/** A row taken apart: what only reads bring, and what broadcasts show of it, with what a newer server adds. */
function parts(row: ReadJob): { details: JobDetails; visible: VisibleJob } {
  const { step_history: _, input: _input, output: _output, ...rest } = row;
  const { retried_from, priority, attempt, retry_count, expires_at, deadline_at, max_attempts, ...more } =
    rest;
  const { credits_charged, ...visible } = more;
  const times = { expires_at, deadline_at };
  return {
    visible,
    details: { retried_from, priority, attempt, retry_count, ...times, max_attempts, credits_charged },
  };
}

/** React's key: the same before and after the server has given an id. */
const keyOf = (row: VisibleJob, before: Entry | undefined) =>
  before?.job.key ?? row.idempotency_key ?? row.id;

/** What is known after a broadcast: the same entry when it is no news, or contradicts an end that is known. */
export function afterEvent(before: Entry | undefined, { row, steps, oldVersion }: Told): Entry {
  if (before && !isNewer(row, before.job)) return before;
  const follows = before !== undefined && before.isWhole && before.job.version === oldVersion;
  const old = before?.job;
  return {
    isWhole: oldVersion === null || follows,
    job: {
      ...row,
      key: keyOf(row, before),
      isCreating: false,
      metadata: row.metadata ?? old?.metadata ?? null,
      step_history: oldVersion === null ? steps : extended(old?.step_history ?? [], steps),
      input: old?.input ?? null,
      output: old?.output ?? null,
      details: old?.details ?? null,
    },
  };
}

/** What is known after a read: the same entry when it brings nothing new. */
export function afterRead(before: Entry | undefined, row: ReadJob): Entry {
  if (before && row.version < before.job.version) return filledIn(before, row);
  if (before && row.version > before.job.version && !isNewer(row, before.job)) return before;
  const old = before?.job;
  const isSame = old?.version === row.version;
  const { visible, details: read } = parts(row);
  const details = same(old?.details, read);
  const output = outputAfter(old?.output ?? null, row);
  const history = isSame && before?.isWhole ? old.step_history : row.step_history;
  const input = old?.input ?? row.input;
  const metadata = old?.metadata ?? row.metadata;
  const isKnown = isSame && before?.isWhole && details === old.details && output === old.output &&
    input === old.input && metadata === old.metadata;
  if (isKnown) return before;
  return {
    isWhole: true,
    job: {
      ...visible,
      key: keyOf(row, before),
      isCreating: false,
      metadata,
      step_history: history,
      input,
      output,
      details,
    },
  };
}

/** Newer by version; and an end is for ever: what says otherwise is not believed. */
function isNewer(row: VisibleJob, known: ClientJob): boolean {
  return row.version > known.version && (!isTerminal(known.status) || row.status === known.status);
}

/** A read that is older than what is known still has what never changes. */
function filledIn(before: Entry, row: ReadJob): Entry {
  const { job } = before;
  if (job.input !== null && job.metadata !== null) return before;
  return {
    ...before,
    job: { ...job, input: job.input ?? row.input, metadata: job.metadata ?? row.metadata },
  };
}

/** A history with what was added; what is there already is not added twice. */
function extended(history: readonly HistoryEntry[], steps: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const known = new Set(history.map(identity));
  const added = steps.filter((step) => !known.has(identity(step)));
  return added.length === 0 ? history : [...history, ...added];
}

const identity = ({ step, timestamp }: HistoryEntry) => `${step} ${timestamp}`;

/** Outputs of which nobody has asked for addresses: those of lists. */
const unasked = new WeakSet<ClientOutput>();

/** Whether the addresses of an output have been asked for, had or not. */
export const isAsked = (output: ClientOutput | null): boolean => output !== null && !unasked.has(output);

/** The output with the addresses that are good for longest; lists bring none. */
function outputAfter(known: ClientOutput | null, { output, status }: ReadJob): ClientOutput | null {
  if (output === null || status !== "completed") return known;
  const isOfList = output.files.some(({ signedUrl }) => signedUrl === undefined);
  const signed = new Map((known?.files ?? []).map((file) => [file.path, file]));
  const files = output.files.map((file): ShownFile => {
    const { signedUrl = null, signedUrlExpiresAt = null } = file;
    const old = signed.get(file.path);
    if (old && (old.signedUrlExpiresAt ?? "") >= (signedUrlExpiresAt ?? "")) return old;
    return { ...file, signedUrl, signedUrlExpiresAt };
  });
  const isSame = known !== null && (isOfList || isAsked(known)) && known.files.length === files.length &&
    known.expired_at === output.expired_at && files.every((file, i) => file === known.files[i]);
  if (isSame) return known;
  const next = { ...output, files };
  if (isOfList && !isAsked(known)) unasked.add(next);
  return next;
}

/** `known` where `next` says the same. */
function same<T extends object>(known: T | null | undefined, next: T): T {
  const keys = Object.keys(next) as (keyof T)[];
  return known && keys.every((key) => known[key] === next[key]) ? known : next;
}
