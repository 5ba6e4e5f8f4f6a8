/** Handles: a job as something to wait for. */
import { isTerminal } from "../../../shared/words/statuses.ts";
import { JobFailed } from "../api/errors.ts";
import type { ClientJob, ClientOutput, JobHandle } from "../api/job.ts";
import type { ToolName } from "../api/tools.ts";
import { toError } from "../http/outcome.ts";
import { hasOutput } from "./completeness.ts";
import type { JobCell, JobState } from "./job_cell.ts";

type Done = ClientJob & { readonly output: ClientOutput };

/** A handle on a cell. @param latest what the entities know, also while nobody watches */
export function createHandle<T extends ToolName>(
  cell: JobCell,
  latest: (cell: JobCell) => ClientJob | null,
): JobHandle<T> {
  let created: Promise<ClientJob> | undefined;
  let done: Promise<Done> | undefined;
  const { subscribe, getSnapshot, getServerSnapshot } = cell.store;
  const handle: JobHandle = {
    subscribe,
    getSnapshot,
    getServerSnapshot,
    get key() {
      return cell.key();
    },
    get id() {
      return cell.id();
    },
    get created() {
      return created ??= quietly(whenever(cell, (job) => job.isCreating ? undefined : job));
    },
    job() {
      const job = latest(cell);
      if (!job) throw toError("not_found", "This job has not been read yet: wait for `created`.", {}, 404);
      return job;
    },
    done(signal) {
      return signal ? whenever(cell, endOf, signal) : done ??= quietly(whenever(cell, endOf));
    },
    [Symbol.asyncIterator]: () => changesOf(cell),
  };
  return handle as JobHandle<T>;
}

/** Whether it is over and all is there; throws when there will be no result. */
function endOf(job: ClientJob): Done | undefined {
  if (job.isCreating || !isTerminal(job.status)) return undefined;
  if (job.status !== "completed") throw new JobFailed(job);
  return hasOutput(job) ? job as Done : undefined;
}

/** Nobody has to listen to it. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Watches until `is` has something to return or to throw, or there is no such job. */
function whenever<T>(cell: JobCell, is: (job: ClientJob) => T | undefined, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let release = () => {};
    let isOver = false;
    const end = (settle: () => void) => {
      isOver = true;
      release();
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => end(() => reject(signal?.reason));
    const look = () => {
      if (isOver) return;
      const { state, data, error } = cell.store.getSnapshot();
      if (state === "failed") return end(() => reject(error));
      try {
        const result = data === null ? undefined : is(data);
        if (result !== undefined) end(() => resolve(result));
      } catch (failure) {
        end(() => reject(failure));
      }
    };
    signal?.addEventListener("abort", abort);
    release = cell.store.subscribe(look);
    if (isOver) release();
    else look();
  });
}

/** Every state once, the one that is known first, until it is over or `return` is called. */
function changesOf(cell: JobCell): AsyncIterableIterator<ClientJob> {
  const states: JobState[] = [];
  let wake = () => {};
  let isOver = false;
  const take = () => {
    const state = cell.store.getSnapshot();
    if (state.state === "loading" || (state.data !== null && state.data === states.at(-1)?.data)) return;
    if (state.data?.status === "completed" && !hasOutput(state.data)) return; // told once, with its output
    states.push(state);
    wake();
  };
  let release: (() => void) | undefined;
  const end = () => {
    isOver = true;
    release?.();
    wake();
    return Promise.resolve({ done: true as const, value: undefined });
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (!release && !isOver) {
        release = cell.store.subscribe(take);
        take();
      }
      while (states.length === 0 && !isOver) await new Promise<void>((resolve) => wake = resolve);
      const state = states.shift();
      if (!state) return await end();
      if (state.state === "failed") {
        await end();
        throw state.error;
      }
      const job = state.data as ClientJob;
      if (isTerminal(job.status)) {
        states.length = 0;
        await end();
      }
      return { done: false, value: job };
    },
    return: end,
  };
}
