/**
 * What went wrong in a run, cut out of what it printed: `npm test` tells it once more at its end, where whoever looks
 * for it would otherwise read twenty thousand lines, and finds nothing where a log is kept without its middle.
 */

/** So much of it is told, its beginning and its end, in characters. */
const MOST = 6000;

/** The errors of the tests that failed, as `deno test` lists them; of a run that did not come so far: its last words. */
export function denoFailures(text: string): string {
  return within(between(text, /^ ERRORS *$/m, /^(?:FAILED|ok) \| /m) ?? text.slice(-MOST));
}

/** The same of vitest. */
export function vitestFailures(text: string): string {
  return within(between(text, /^.*Failed (?:Tests|Suites) \d+.*$/m, /^ *Test Files /m) ?? text.slice(-MOST));
}

/** The files of a report of the database's tests that did not hold, each with what went wrong in it. */
export function databaseFailures(report: readonly string[]): string {
  let isFailed = false;
  const told = report.filter((line) => {
    if (/^(?:FAILED|ok)/.test(line)) isFailed = line.startsWith("FAILED");
    return isFailed;
  });
  return within(told.join("\n"));
}

/** What is told of something that printed this. */
export function within(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= MOST) return trimmed;
  return `${trimmed.slice(0, MOST / 2)}\n[…]\n${trimmed.slice(-MOST / 2)}`;
}

/** What stands after the last line that is such a beginning, up to the next that is such an end. */
function between(text: string, beginning: RegExp, end: RegExp): string | undefined {
  const rest = text.split(beginning);
  return rest.length < 2 ? undefined : rest.at(-1)?.split(end).at(0);
}
