/** LinkedIn's versions: one a month, each alive for a year and half a month (the ends that were announced are all such). */

const MONTH = /^(20\d{2})(0[1-9]|1[0-2])(?:\.\d{2})?$/;

/** Whether a version is served at this time. */
export function isAlive(version: string, now: number): boolean {
  const [, year, month] = MONTH.exec(version) ?? [];
  if (year === undefined || month === undefined) return false;
  const begin = Date.UTC(Number(year), Number(month) - 1, 1);
  const end = Date.UTC(Number(year) + 1, Number(month) - 1, 16);
  return now >= begin && now < end;
}
