/**
 * When a publication is to be made: a time with an offset, or the clock on a wall in a time zone. The rules of the zones are
 * the platform's own (ECMA-402). What a clock shows twice, or never, when it is put back or forward, is no time that we may
 * choose for somebody: it is refused, and the times that may be meant are named.
 */

/** What came of a schedule. `at`: ISO 8601, UTC. */
export type Schedule =
  | { ok: true; at: string }
  | { ok: false; field: "scheduledFor" | "timeZone"; message: string; details: Record<string, unknown> };

const HOUR = 3_600_000;
/** Further from a wall clock's time than any change of its zone's offset can matter. */
const FAR = 30 * HOUR;

/**
 * Reads `scheduledFor`, an ISO 8601 time with or without an offset, in `timeZone`. It must be later than `now`, and a year
 * later at most.
 */
export function readSchedule(scheduledFor: string, timeZone: string | undefined, now: Date): Schedule {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return refuse("timeZone", `${JSON.stringify(timeZone)} is no IANA time zone.`, {});
  }
  const instants = /(Z|[+-]\d\d:?\d\d)$/i.test(scheduledFor)
    ? [Date.parse(scheduledFor)].filter(Number.isFinite)
    : timeZone === undefined
    ? null
    : instantsOf(scheduledFor, timeZone);
  if (instants === null) {
    return refuse("timeZone", "A time without an offset needs a time zone.", {});
  }
  const [at, other] = instants;
  if (at === undefined) {
    const message = timeZone === undefined
      ? `${JSON.stringify(scheduledFor)} is no time.`
      : `In ${timeZone} the clock never shows ${scheduledFor}: it is put forward there.`;
    return refuse("scheduledFor", message, {});
  }
  if (other !== undefined) {
    const message = `In ${timeZone} the clock shows ${scheduledFor} twice: say which with an offset.`;
    return refuse("scheduledFor", message, { allowed: instants.map(iso) });
  }
  return within(at, now);
}

function within(at: number, now: Date): Schedule {
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() + 1);
  if (at <= now.getTime()) {
    return refuse("scheduledFor", "The time is in the past.", { minimum: now.toISOString() });
  }
  if (at > latest.getTime()) {
    return refuse("scheduledFor", "The time is more than a year away.", { maximum: latest.toISOString() });
  }
  return { ok: true, at: iso(at) };
}

/** The times at which a clock on a wall in `timeZone` shows `local`, in order: one; two when it is put back; or none. */
export function instantsOf(local: string, timeZone: string): number[] {
  const wall = Date.parse(`${local}Z`);
  if (!Number.isFinite(wall)) return [];
  const offsets = new Set<number>();
  for (let at = wall - FAR; at <= wall + FAR; at += 6 * HOUR) offsets.add(offsetAt(at, timeZone));
  return [...offsets].map((offset) => wall - offset).filter((at) => at + offsetAt(at, timeZone) === wall)
    .toSorted((a, b) => a - b);
}

/** How far the clocks of a zone are ahead of UTC at a time, in milliseconds. */
export function offsetAt(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    clockOf(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = new Date(0);
  shown.setUTCFullYear(year, month - 1, day);
  shown.setUTCHours(hour, minute, second);
  return shown.getTime() - Math.floor(at / 1000) * 1000;
}

/** A formatter is dear to make, and there are about four hundred zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(timeZone, known);
  return known;
}

/** Whether a text names a time zone; an offset, which Intl takes for one too, has no rules to go by. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

const iso = (at: number) => new Date(at).toISOString();

function refuse(
  field: "scheduledFor" | "timeZone",
  message: string,
  details: Record<string, unknown>,
): Schedule {
  return { ok: false, field, message, details };
}
