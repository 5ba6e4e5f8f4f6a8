/** An interval as PostgreSQL writes it (`1 day 02:03:04.5`), in milliseconds; null for what is none. */
export function msOf(interval: string | null): number | null {
  const match = /^(?:(\d+) days? ?)?(?:(\d+):(\d\d):(\d\d(?:\.\d+)?))?$/.exec(interval ?? "");
  if (!match?.[0]) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000);
}
