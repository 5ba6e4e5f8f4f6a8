/** The cells of jobs: the same for the same name, those that somebody watches by their jobs' ids. */
import type { ClientJob } from "../api/job.ts";
import type { Change } from "./entities.ts";
import { type CellDeps, createCell, type JobCell, noSuchJob } from "./job_cell.ts";
import { createMemo } from "./memo.ts";

export interface WatchedCells {
  /** The cell of a job, by its id or its key. */
  cell(name: string): JobCell;
  /** The cell of a job that is being created. */
  creating(job: ClientJob): JobCell;
  /** Those that somebody watches. */
  watched(): Iterable<JobCell>;
  count(): number;
  isWatched(id: string): boolean;
  /** Shows a change in the cells that it is about. */
  show(change: Change): void;
  /** Another user, or nobody. */
  reset(): void;
}

export function createWatchedCells({ onActive }: CellDeps): WatchedCells {
  const cells = createMemo<JobCell>();
  const active = new Set<JobCell>();
  const byId = new Map<string, Set<JobCell>>();
  /** Those of jobs that are being created, by key, watched or not. */
  const creating = new Map<string, JobCell>();

  function index(cell: JobCell): void {
    const id = cell.id();
    if (id !== null && active.has(cell)) byId.set(id, (byId.get(id) ?? new Set()).add(cell));
  }

  function leave(cell: JobCell): void {
    active.delete(cell);
    const same = byId.get(cell.id() ?? "");
    same?.delete(cell);
    if (same?.size === 0) byId.delete(cell.id() ?? "");
  }

  const deps: CellDeps = {
    onActive(cell) {
      active.add(cell);
      index(cell);
      const release = onActive(cell);
      return () => {
        leave(cell);
        release();
      };
    },
  };

  return {
    cell: (name) => cells.get(name, () => createCell(name, deps)),
    creating(job) {
      const cell = createCell(job, deps);
      creating.set(job.key, cell);
      cells.set(job.key, cell); // who knew it by its key may go on to call it so
      return cell;
    },
    watched: () => active,
    count: () => active.size,
    isWatched: (id) => byId.has(id),
    show({ id, before, after }) {
      const key = after?.key ?? before?.key ?? "";
      const own = creating.get(key);
      for (const cell of new Set([...byId.get(id ?? "") ?? [], ...own ? [own] : []])) {
        if (after) cell.show(after);
        else if (id !== null) cell.fail(noSuchJob());
        if (cell === own) index(cell);
      }
      if (own && (id !== null || !after)) creating.delete(key);
    },
    reset() {
      creating.clear();
      for (const cell of new Set([...cells.all(), ...active])) cell.reset();
    },
  };
}
