/** The order of a user's jobs: newest first, by when they were created and then by id, as the server's lists have it. */

/** What an order is made of: a job, or a row of one. */
export interface Place {
  readonly id: string;
  readonly created_at: string;
  readonly isCreating?: boolean;
}

const known = new WeakMap<Place, number>();

/** Microseconds since 1970, as PostgreSQL counts; JavaScript reads no more than the milliseconds of a time. */
export function createdMicros(job: Place): number {
  let micros = known.get(job);
  if (micros === undefined) {
    const [, rest = ""] = /\.\d{3}(\d{1,3})/.exec(job.created_at) ?? [];
    micros = Date.parse(job.created_at) * 1000 + Number(rest.padEnd(3, "0"));
    known.set(job, micros);
  }
  return micros;
}

/** Below 0: `a` is newer and comes first. Jobs that are only being created are newer than others of the same moment. */
export function newestFirst(a: Place, b: Place): number {
  const apart = createdMicros(b) - createdMicros(a);
  if (apart !== 0) return apart;
  if ((a.isCreating ?? false) !== (b.isCreating ?? false)) return a.isCreating ? -1 : 1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
