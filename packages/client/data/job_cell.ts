/** One job that somebody may watch: by its id, or by its key while it is being created. */
import type { ClientJob, Loaded } from "../api/job.ts";
import { createStore, type Store } from "../store/store.ts";
import { toError } from "../http/outcome.ts";

export type JobState = Loaded<ClientJob>;

export interface JobCell {
  /** Null until the server has given it. */
  readonly id: () => string | null;
  readonly key: () => string;
  readonly store: Store<JobState>;
  /** The last state that was known; null: none yet. */
  readonly job: () => ClientJob | null;
  readonly isActive: () => boolean;
  /** The job is now so. */
  show(job: ClientJob): void;
  /** There is none (any more), or none came of it. */
  fail(error: Error): void;
  /** Another user: what was known is not theirs. */
  reset(): void;
}

export interface CellDeps {
  /** Called when somebody begins to watch it; what it returns, when nobody does any more. */
  onActive: (cell: JobCell) => () => void;
}

const LOADING = { state: "loading", data: null, error: null } as const;

/** @param of the id of a job, or a job that is being created */
export function createCell(of: string | ClientJob, { onActive }: CellDeps): JobCell {
  let job = typeof of === "string" ? null : of;
  let id = typeof of === "string" ? of : null;
  const name = typeof of === "string" ? of : of.key;
  let isActive = false;
  const initial: JobState = job ? { state: "ready", data: job, error: null } : LOADING;
  const store = createStore<JobState>(initial, {
    server: LOADING,
    onActive() {
      isActive = true;
      const release = onActive(cell);
      return () => {
        isActive = false;
        release();
      };
    },
  });
  const cell: JobCell = {
    id: () => id,
    key: () => job?.key ?? name,
    store,
    job: () => job,
    isActive: () => isActive,
    show(next) {
      if (!next.isCreating) id = next.id;
      if (next === job && store.getSnapshot().state === "ready") return;
      job = next;
      store.set({ state: "ready", data: next, error: null });
    },
    fail(error) {
      store.set({ state: "failed", data: null, error });
    },
    reset() {
      job = null;
      store.set(LOADING);
    },
  };
  return cell;
}

/** A job that is not there, or not any more. */
export const noSuchJob = () => toError("not_found", "You have no such job.", {}, 404);
