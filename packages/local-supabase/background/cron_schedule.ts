/**
 * When a pg_cron job runs, as pure functions. Everything is UTC, as `cron.timezone` is on hosted projects.
 * Source: github.com/citusdata/pg_cron, src/entry.c (the syntax) and src/pg_cron.c (StartPendingRuns, ShouldRunTask).
 * The SQL emulation accepts the same texts (postgres/extensions/pg_cron--1.6.4.sql).
 */

/** A schedule, parsed. */
export type CronSchedule =
  /** `'10 seconds'`: again that many seconds after the last start. */
  | { kind: "interval"; seconds: number }
  /** `@reboot`: once when the scheduler starts. */
  | { kind: "reboot" }
  | MinuteSchedule;

/** Five fields: each minute whose parts are all in these sets. */
export interface MinuteSchedule {
  kind: "minutes";
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  /** Days of the month, 1 to 31. */
  days: ReadonlySet<number>;
  /** The day field was `$`: the last day of each month. */
  lastDay: boolean;
  /** Months, 1 to 12. */
  months: ReadonlySet<number>;
  /** Days of the week, 0 (Sunday) to 6. */
  weekdays: ReadonlySet<number>;
  /** The day or the weekday field began with `*`: then both must match; otherwise one is enough, as in every cron. */
  bothDays: boolean;
  /** The minute or the hour field began with `*`: after a clock jump such a job runs once, not for each missed minute. */
  wild: boolean;
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");
const SHORTHANDS: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Parses a schedule; returns undefined when it is none. */
export function parseCronSchedule(text: string): CronSchedule | undefined {
  const seconds = text.match(/^\s*([0-9]{1,4})\s*seconds?\s*$/i)?.[1];
  if (seconds !== undefined) {
    const value = Number(seconds);
    return value >= 1 && value <= 59 ? { kind: "interval", seconds: value } : undefined;
  }
  const trimmed = text.split(/[ \t\n]+/).join(" ").replace(/^ | $/g, "");
  if (trimmed === "@reboot" || trimmed === "@restart") return { kind: "reboot" };
  const [minute, hour, day, month, weekday, ...rest] = (SHORTHANDS[trimmed] ?? trimmed).split(/\s+/);
  if (!minute || !hour || !day || !month || !weekday || rest.length) return undefined;
  const lastDay = day === "$";
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23);
  const days = lastDay ? new Set<number>() : parseField(day, 1, 31);
  const months = parseField(month, 1, 12, MONTHS);
  const weekdays = parseField(weekday, 0, 7, WEEKDAYS);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  if (weekdays.delete(7)) weekdays.add(0);
  const bothDays = day.startsWith("*") || weekday.startsWith("*");
  const wild = minute.startsWith("*") || hour.startsWith("*");
  return { kind: "minutes", minutes, hours, days, lastDay, months, weekdays, bothDays, wild };
}

/** A list of `*`, `n` or `n-m`, each but `n` with an optional `/step`; undefined when malformed or out of bounds. */
function parseField(field: string, low: number, high: number, names: string[] = []): Set<number> | undefined {
  const numberOf = (text: string) => /^\d{1,4}$/.test(text) ? Number(text) : low + namePosition(text, names);
  const values = new Set<number>();
  for (const item of field.toLowerCase().split(",")) {
    const match = item.match(/^(\*|[0-9a-z]+)(?:-([0-9a-z]+))?(?:\/([0-9]{1,4}))?$/);
    if (!match?.[1]) return undefined;
    const [, from, to, stepText] = match;
    const step = stepText === undefined ? 1 : Number(stepText);
    if (from === "*" ? to !== undefined : to === undefined && stepText !== undefined) return undefined;
    const first = from === "*" ? low : numberOf(from);
    const last = from === "*" ? high : numberOf(to ?? from);
    if (!(step > 0 && first >= low && last <= high && first <= last)) return undefined;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

function namePosition(text: string, names: string[]): number {
  const position = names.indexOf(text);
  return position < 0 ? NaN : position;
}

/** Whether a job with this schedule runs in the minute of `time` (milliseconds since the epoch). */
export function runsInMinute(schedule: MinuteSchedule, time: number): boolean {
  const date = new Date(time);
  const tomorrow = new Date(time + 86_400_000);
  const thisDay = schedule.days.has(date.getUTCDate()) || (schedule.lastDay && tomorrow.getUTCDate() === 1);
  const thisWeekday = schedule.weekdays.has(date.getUTCDay());
  return schedule.minutes.has(date.getUTCMinutes()) &&
    schedule.hours.has(date.getUTCHours()) &&
    schedule.months.has(date.getUTCMonth() + 1) &&
    (schedule.bothDays ? thisDay && thisWeekday : thisDay || thisWeekday);
}

/**
 * How many runs fall due when the clock moves from minute `last` to minute `now` (counted since the epoch): one for
 * each passed minute that matches; after a jump of 5 minutes to 3 hours, jobs with a `*` in minute or hour run at
 * most once; after a greater jump, or back, only the present minute counts.
 */
export function runsDue(schedule: MinuteSchedule, last: number, now: number): number {
  const runs = (minute: number) => runsInMinute(schedule, minute * 60_000) ? 1 : 0;
  const passed = now - last;
  if (passed === 0) return 0;
  if (passed < 0) return passed > -180 && !schedule.wild ? 0 : runs(now);
  if (passed >= 180 || (passed > 5 && schedule.wild)) return runs(now);
  let due = 0;
  for (let minute = last + 1; minute <= now; minute++) due += runs(minute);
  return due;
}
