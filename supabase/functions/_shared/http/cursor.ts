/** The cursor of a list of jobs: when the last job seen was created, and its id, for those of the same moment. */

/** A place in a user's jobs. `createdAt` as the Data API writes it, microseconds and all. */
export interface JobsPlace {
  createdAt: string;
  id: string;
}

/** The cursor for the jobs after this place. */
export function jobsCursorOf({ createdAt, id }: JobsPlace): string {
  const [, second = createdAt, fraction = "", zone = "Z"] =
    createdAt.match(/^([^.]*?)(?:\.(\d{1,6}))?(Z|[+-]\d\d(?::\d\d)?)$/) ?? [];
  const micros = BigInt(Date.parse(second + zone)) * 1000n + BigInt(fraction.padEnd(6, "0"));
  return `${micros}_${id}`;
}

/** The place that a cursor names. @param cursor a `jobsCursor` of the contract */
export function placeOfCursor(cursor: string): JobsPlace {
  const [digits = "0", id = ""] = cursor.split("_");
  const micros = BigInt(digits);
  const second = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, -".000Z".length);
  return { createdAt: `${second}.${String(micros % 1_000_000n).padStart(6, "0")}Z`, id };
}
