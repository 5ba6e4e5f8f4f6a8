/** Instagram's codes, and what is to be done about each (docs/platforms/instagram.md#codes). */
import { graphMeanings } from "../graph/codes.ts";
import { containerMeanings } from "../graph/containers/codes.ts";
import { type Meaning, rowsOf } from "../graph/meaning.ts";

const MINUTE_MS = 60_000;

const never = { class: "never", isRefusal: true } as const;
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
  ...containerMeanings("Instagram"),
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
