/** How long to wait before the next try. */

/** The first pause is at most this long, in ms; each further one at most twice the one before. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Full jitter: anything from 0 to a bound that doubles with each try, so that clients which were cut off together do not
 * come back together. @param tries how many have failed, at least 1 @param random 0 to 1
 */
export function fullJitter(tries: number, random: number, longestMs: number = LONGEST_MS): number {
  return random * Math.min(longestMs, FIRST_MS * 2 ** Math.min(tries - 1, 20));
}
