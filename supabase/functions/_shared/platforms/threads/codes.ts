/** Threads' codes, and what is to be done about each (docs/platforms/threads.md#codes). */
import { graphMeanings } from "../graph/codes.ts";
import { containerMeanings } from "../graph/containers/codes.ts";
import { type Meaning, rowsOf } from "../graph/meaning.ts";

const never = { class: "never", isRefusal: true } as const;
/** To a commit: the container is asked what has become of it. */
const askedAfter = { class: "never", isRefusal: false } as const;

/** It says that a container is not there, also of one that was finished: another is found. */
export const MEDIA_NOT_FOUND = 4279009;

const SUBCODES: readonly (readonly [number, Meaning])[] = [
  // As Instagram has them: the same servers look at the files.
  ...rowsOf([
    [[2207004], "The image is larger than 8 MB"],
    [[2207005], "Threads does not take images of this format or resolution"],
    [[2207009], "The image is more than ten times as wide as high, or as high as wide"],
    [[2207010], "The text is too long"],
    [[2207023], "Threads does not know this type of media"],
    [[2207026], "Threads does not take videos of this format"],
    [[2207028], "A carousel has two to twenty items"],
  ], never),
  ...containerMeanings("Threads"),
  ...rowsOf([[[MEDIA_NOT_FOUND], "Threads does not find the container"]], {
    class: "wait",
    retryAfterMs: 2_000,
    recreateAfter: 2,
    isRefusal: true,
  }),
  ...rowsOf([[[4279013], "The account is restricted: open Threads and see why"]], {
    class: "reconnect",
    scope: "connection",
    isRefusal: true,
  }),
];

/** Each is the word of a field, whole. */
const WORDS: readonly (readonly [string, Meaning])[] = [
  ["THREADS_API__LINK_LIMIT_EXCEEDED", "A post has five different links at most"],
  ["THREADS_API__FEATURE_NOT_AVAILABLE", "Threads does not let this account do this"],
  ["THREADS_API__GEO_GATING_INVALID_COUNTRY_CODES", "Threads does not know one of the countries"],
].map(([word = "", words = ""]) => [word, { ...never, code: word, words }]);

const { meaningOf, known } = graphMeanings("Threads", {
  subcodes: SUBCODES,
  words: WORDS,
  codes: rowsOf([
    [[352, 9004, 36000, 36001, 36003, 36004], "Threads does not take this file or text"],
  ], askedAfter),
});
export { known as KNOWN, meaningOf };
