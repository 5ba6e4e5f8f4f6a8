/** A job as the client shows it. */
import type { Job, JobOutput, ShownFile, VisibleJob } from "../../../shared/rows/job.ts";
import type { HistoryEntry } from "../../../shared/rows/job.ts";
import type { Store } from "../store/store.ts";
import type { InputOf, ToolName } from "./tools.ts";

/** What only a read brings, and a broadcast does not. */
export type JobDetails = Pick<
  Job,
  | "retried_from"
  | "priority"
  | "attempt"
  | "retry_count"
  | "expires_at"
  | "deadline_at"
  | "max_attempts"
  | "credits_charged"
>;

/** What came out, its files with addresses that an `<img>` can load (`signedUrl`; null in lists until they are asked for). */
export type ClientOutput = Omit<JobOutput, "files"> & { readonly files: readonly ShownFile[] };

/** One state of a job. Immutable: a change is another object. */
export interface ClientJob<T extends ToolName = ToolName> extends Readonly<Omit<VisibleJob, "tool">> {
  /** The same from the click on, before and after the server has given `id`: for React's `key`. */
  readonly key: string;
  /** True while the server has not confirmed it yet: `id` is then the same as `key`. */
  readonly isCreating: boolean;
  readonly tool: T;
  /** Its history as far as it is known, oldest first. */
  readonly step_history: readonly HistoryEntry[];
  /** Null until it has been read. */
  readonly input: InputOf<T> | null;
  /** Null until it has completed and been read. */
  readonly output: ClientOutput | null;
  /** Null until it has been read. */
  readonly details: JobDetails | null;
}

/** `live` data that may not be there yet. */
export type Loaded<T> =
  | { readonly state: "loading"; readonly data: null; readonly error: null }
  | { readonly state: "ready"; readonly data: T; readonly error: null }
  /** `data` is the last that was known. An error of the network is none: the connection tells of that. */
  | { readonly state: "failed"; readonly data: T | null; readonly error: Error };

/** One job: `data` is null when there is none of this id (or it was deleted: `failed` with code not_found). */
export type JobStore<T extends ToolName = ToolName> = Store<Loaded<ClientJob<T>>>;

/** Jobs of a filter, newest first; what was just created is there at once. */
export interface QueueSnapshot {
  readonly jobs: readonly ClientJob[];
  /** Whether there are older ones: `more()` loads them. */
  readonly hasMore: boolean;
}
export interface QueueStore extends Store<Loaded<QueueSnapshot>> {
  /** Loads the next page; resolves when it is there. */
  more(): Promise<void>;
}

/** Where a waiting job stands. Null: not known yet, or it is not waiting. */
export interface Position {
  /** 1 is next. */
  readonly position: number;
  /** False where there are more than 1,000 ahead, or the clocks have only told a bound. */
  readonly exact: boolean;
  /** Whether the lane is in high demand: more wait than it has slots. */
  readonly highDemand: boolean;
}

/** What `create` answers with at once. */
export interface JobHandle<T extends ToolName = ToolName> extends AsyncIterable<ClientJob<T>>, JobStore<T> {
  /** The same from the click on; the idempotency key of the create. */
  readonly key: string;
  /** The job's id; null until the server has given it (`created`). */
  readonly id: string | null;
  /** Resolves with the job when the server has it; rejects with the EsteiraError when it is refused. */
  readonly created: Promise<ClientJob<T>>;
  /** As it is now; optimistic until `created`. Throws `not_found` on a handle of `jobs.handle(id)` that nothing has read yet. */
  job(): ClientJob<T>;
  /**
   * Resolves when it completes, its output read. Rejects with `JobFailed` when it fails or is cancelled, with the
   * EsteiraError of a refused create, with `signal.reason` when that aborts. The same promise each time without `signal`.
   */
  done(signal?: AbortSignal): Promise<ClientJob<T> & { readonly output: ClientOutput }>;
}
