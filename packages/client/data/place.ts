/** The order of a user's jobs: newest first, by when they were created and then by id, as the server's lists have it. */
import type { ClientJob } from "../api/job.ts";

const known = new WeakMap<ClientJob, number>();

/** Microseconds since 1970, as PostgreSQL counts; JavaScript reads no more than the milliseconds of a time. */
export function createdMicros(job: ClientJob): number {
  let micros = known.get(job);
  if (micros === undefined) {
    const [, rest = ""] = /\.\d{3}(\d{1,3})/.exec(job.created_at) ?? [];
    micros = Date.parse(job.created_at) * 1000 + Number(rest.padEnd(3, "0"));
    known.set(job, micros);
  }
  return micros;
}

/** Below 0: `a` is newer and comes first. Jobs that are only being created are newer than others of the same moment. */
export function newestFirst(a: ClientJob, b: ClientJob): number {
  const apart = createdMicros(b) - createdMicros(a);
  if (apart !== 0) return apart;
  if (a.isCreating !== b.isCreating) return a.isCreating ? -1 : 1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
