/** Which jobs a queue shows: those of its filter, from the newest down to the oldest that has been loaded. Pure. */
import type { ClientJob, QueueSnapshot } from "../api/job.ts";
import type { JobFilter } from "../api/esteira.ts";
import { newestFirst, type Place } from "./place.ts";

/** The oldest job that has been loaded; `null`: all have, `undefined`: none yet. */
export type Floor = Place | null | undefined;

/** Whether a job is one of the filter's. */
export const fits = (job: ClientJob, { status, tool }: JobFilter): boolean =>
  (!tool || job.tool === tool) && (!status || status.length === 0 || status.includes(job.status));

/** Whether a job is in the part that has been loaded; one that is being created is, wherever the clock puts it. */
export const isAbove = (job: ClientJob, floor: Floor): boolean =>
  job.isCreating || floor === null || (floor !== undefined && newestFirst(job, floor) <= 0);

/** The jobs that a queue shows. `held`: keys of those that it shows wherever they are. */
export function viewOf(
  jobs: Iterable<ClientJob>,
  filter: JobFilter,
  floor: Floor,
  held?: ReadonlySet<string>,
): ClientJob[] {
  const shown: ClientJob[] = [];
  for (const job of jobs) {
    if ((isAbove(job, floor) || held?.has(job.key)) && fits(job, filter)) shown.push(job);
  }
  return shown.sort(newestFirst);
}

/** The snapshot with these jobs; `before` where that says the same. */
export function snapshotOf(
  before: QueueSnapshot | null,
  jobs: readonly ClientJob[],
  hasMore: boolean,
): QueueSnapshot {
  const isSame = before?.hasMore === hasMore && before.jobs.length === jobs.length &&
    before.jobs.every((job, i) => job === jobs[i]);
  return isSame ? before : { jobs, hasMore };
}

/** The same for two filters that ask for the same. */
export const nameOf = ({ status = [], tool = "", limit = 20 }: JobFilter): string =>
  `${[...new Set(status)].sort().join("+")} ${tool} ${limit}`;

/** `jobs?…` for a page of a filter. */
export function addressOf({ status = [], tool }: JobFilter, limit: number, cursor?: string | null): string {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const one of new Set(status)) query.append("status", one);
  if (tool) query.set("tool", tool);
  if (cursor) query.set("cursor", cursor);
  return `jobs?${query}`;
}
