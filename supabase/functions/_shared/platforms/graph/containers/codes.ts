/** Sub-codes of containers, whichever platform has them; what a file or text may not be is in each platform's own table. */
import { type Meaning, rowsOf } from "../meaning.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const limited = { class: "wait", scope: "connection", isRefusal: true } as const;
/** To a commit: the container is asked what has become of it. */
const askedAfter = { class: "never", isRefusal: false } as const;

/** The entries of a platform as people know it by `name`. */
export function containerMeanings(name: string): [number, Meaning][] {
  return [
    // What no one is sure of is made again, three times at most.
    ...rowsOf([
      [[2207003], `${name} took too long to fetch the file`],
      [[2207052], `${name} could not fetch the file`],
      [[2207077, 2207082], `${name} could not take in the file`],
      [[2207032, 2207053], `${name} could not make a container of the file`],
      [[2207001], `${name} had an error of its own`],
    ], { ...askedAfter, recreateAfter: 5 }),
    ...rowsOf([[[2207006, 2207020], "The container is not there any more"]], {
      ...askedAfter,
      recreateAfter: 0,
    }),
    // The container may only just not be there yet.
    ...rowsOf([[[2207008], "The container is not there"]], { ...askedAfter, recreateAfter: 30 }),
    ...rowsOf([[[2207027], "The container is not ready yet"]], {
      class: "wait",
      retryAfterMs: MINUTE_MS / 2,
      isRefusal: true,
    }),
    ...rowsOf([[[2207042], "As many posts were published as may be within a day"]], {
      ...limited,
      retryAfterMs: HOUR_MS,
    }),
    ...rowsOf(
      [[[2207050], `The account is restricted or inactive: sign in to ${name} and see why`]],
      { class: "reconnect", scope: "connection", isRefusal: true },
    ),
    // Posts were seen to be there all the same.
    ...rowsOf([[[2207051], `${name} takes this for spam and blocks it for a while`]], {
      ...limited,
      retryAfterMs: 4 * HOUR_MS,
      isRefusal: false,
    }),
  ];
}

/** Of those: they tell of containers that are not there any more. */
export const MISSING_SUBCODES: readonly number[] = [2207006, 2207008, 2207020];
