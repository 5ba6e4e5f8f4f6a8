/** Intervals as PostgreSQL writes them (intervalstyle `postgres`): `3 days 04:05:06.789`, `-00:00:01`. */

const DAYS = String.raw`(?:(-?\d{1,9}) days? ?)?`;
const TIME = String.raw`(?:(-)?(\d{1,9}):(\d\d):(\d\d(?:\.\d{1,6})?))?`;
const INTERVAL = new RegExp(`^(?=.)${DAYS}${TIME}$`);

/** An interval of days and a time, in seconds; null for what is none. */
export function secondsOf(interval: string): number | null {
  const match = interval.match(INTERVAL);
  if (!match) return null;
  const [, days = 0, minus, hours = 0, minutes = 0, seconds = 0] = match;
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number(days) * 86_400 + (minus ? -time : time);
}
