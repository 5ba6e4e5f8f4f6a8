/** When Google counts anew: at midnight in California, summer time or not. */

const HOUR_MS = 3_600_000;
/** How far California is behind UTC. */
const BEHIND_HOURS = [7, 8] as const;

const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

/** The next midnight in California after `now`, both in milliseconds since 1970. Pure. */
export function nextPacificMidnight(now: number): number {
  const { year, month, day } = partsAt(now);
  const next = Date.UTC(year, month - 1, day + 1);
  // The clocks are changed at two in the morning: midnight is always there, and once.
  const found = BEHIND_HOURS.map((hours) => next + hours * HOUR_MS).find((at) => partsAt(at).hour === 0);
  return found ?? next + BEHIND_HOURS[1] * HOUR_MS;
}

function partsAt(at: number): { year: number; month: number; day: number; hour: number } {
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? NaN;
  return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour") };
}
