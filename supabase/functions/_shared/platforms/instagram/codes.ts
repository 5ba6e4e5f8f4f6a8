/** Instagram's codes, and what is to be done about each (docs/platforms/instagram.md#codes). */
import { graphMeanings } from "../graph/codes.ts";
import { type Meaning, rowsOf } from "../graph/meaning.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const never = { class: "never", isRefusal: true } as const;
const reconnect = { class: "reconnect", scope: "connection", isRefusal: true } as const;
const limited = { class: "wait", scope: "connection", isRefusal: true } as const;
/** To a commit: the container is asked what has become of it. */
const askedAfter = { class: "never", isRefusal: false } as const;

const SUBCODES: readonly (readonly [number, Meaning])[] = [
  ...rowsOf([
    [[2207004], "The image is larger than 8 MiB"],
    [[2207005], "Instagram does not take images of this format or resolution"],
    [[2207009], "The image is narrower than 4:5 or wider than 1.91:1"],
    [[2207010], "The caption is too long, or has too many hashtags or mentions"],
    [[2207023], "Instagram does not know this type of media"],
    [[2207026], "Instagram does not take videos of this format"],
    [[2207028], "A carousel has two to ten items"],
    [[2207035], "A tag is not at a place within the image"],
    [[2207036], "A tag in an image needs a place"],
    [[2207037], "A product that is tagged is not there, or may not be"],
    [[2207040], "More people are tagged or mentioned than may be"],
    [[2207057], "The cover is taken from beyond the video's end"],
    [[2207081], "This account cannot publish trial reels"],
    [[2207089], "A single video is published as a reel only"],
  ], never),
  // What no one is sure of is made again, three times at most.
  ...rowsOf([
    [[2207003], "Instagram took too long to fetch the file"],
    [[2207052], "Instagram could not fetch the file"],
    [[2207077, 2207082], "Instagram could not take in the file"],
    [[2207032, 2207053], "Instagram could not make a container of the file"],
    [[2207001], "Instagram had an error of its own"],
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
    [[[2207050], "The account is restricted or inactive: sign in to Instagram and see why"]],
    reconnect,
  ),
  // Posts were seen to be there all the same.
  ...rowsOf([[[2207051], "Instagram takes this for spam and blocks it for a while"]], {
    ...limited,
    retryAfterMs: 4 * HOUR_MS,
    isRefusal: false,
  }),
];

const { meaningOf, known } = graphMeanings("Instagram", {
  subcodes: SUBCODES,
  codes: [
    ...rowsOf([[[80002], "Too much was asked for this account"]], {
      ...limited,
      retryAfterMs: 10 * MINUTE_MS,
    }),
    ...rowsOf([
      [[352, 9004, 36000, 36001, 36003, 36004], "Instagram does not take this file or caption"],
    ], askedAfter),
  ],
});
export { known as KNOWN, meaningOf };
