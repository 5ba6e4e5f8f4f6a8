/** Facebook's codes, and what is to be done about each (docs/platforms/facebook.md#codes). */
import { graphMeanings } from "../graph/codes.ts";
import { type Meaning, rowsOf } from "../graph/meaning.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const never = { class: "never", isRefusal: true } as const;
const limited = { class: "wait", scope: "connection", isRefusal: true } as const;
/** The page's owner has something to do at Facebook: until then nothing can be published there. */
const owners = { class: "reconnect", scope: "connection", isRefusal: true } as const;
/** To a commit it is no refusal for certain: it is asked what has become of it. */
const passing = { class: "backoff", isRefusal: false } as const;
/** Nothing was made of it, and another try may fare better. */
const again = { class: "backoff", isRefusal: true } as const;
/** Facebook has such a post: it may be this one. */
const duplicate = { class: "never", isRefusal: false } as const;

/** A video whose bytes never came, or did not come whole: it is handed in anew. */
export const NO_BYTES = 6000;
/** Of a post that is there already, and of photos that are in one. */
export const DUPLICATES: readonly string[] = ["506", "1366051"];

const SUBCODES: readonly (readonly [number, Meaning])[] = [
  ...rowsOf([
    [[1366046], "The photo is larger than 4 MB, or of a type that Facebook does not take"],
    [[1609008], "Facebook takes no links to itself"],
    [[1609005], "Facebook cannot fetch the link"],
    [[2061006], "The address is none that Facebook takes"],
    [[1349125], "Facebook does not take this format"],
    [[2069019], "Facebook does not take this file"],
    [[1346003], "Facebook calls this text or link abusive"],
    [[1404102], "Facebook says that this goes against its community standards"],
    [[1363022], "The video is too small"],
    [[1363023], "The video is too large"],
    [[1363024], "Facebook does not take videos of this format"],
    [[1363026], "The video is too short"],
  ], never),
  ...rowsOf([[[1366051], "These photos are in a post already"]], duplicate),
  ...rowsOf([
    [[1363047, 1609010], "Facebook was out of service for a moment"],
    [[1363030], "Facebook took too long to take in the video"],
    [[1363019, 1363033, 1363037, 1363041], "Facebook could not take in the video"],
  ], passing),
  ...rowsOf([[[1390008], "Facebook finds that this page posts too fast"]], {
    ...limited,
    retryAfterMs: HOUR_MS,
  }),
  ...rowsOf([
    [[1404006], "Facebook wants a security check: sign in there and pass it"],
    [[1404112], "Facebook has limited this account: sign in there and see why"],
    [[4854002], "Facebook wants to know who you are: sign in there and confirm it"],
    [[1404078], "Facebook wants this page to be authorized to publish: see to it at Facebook"],
    [[1363042], "This page may not be sent videos by whoever connected it"],
  ], owners),
];

const { meaningOf, known } = graphMeanings("Facebook", {
  subcodes: SUBCODES,
  codes: [
    ...rowsOf([[[506], "Facebook has this very post already"]], duplicate),
    ...rowsOf([
      [[1609005], "Facebook cannot fetch the link"],
      [[1500], "The link is none that Facebook takes"],
      [[197], "A post needs a text or a link"],
      [[105, 121, 160], "Facebook does not take this request"],
      [[352], "Facebook does not take videos of this format"],
      [[382], "The video is too small"],
    ], never),
    ...rowsOf([
      [[324], "Facebook could not fetch the photo"],
      [[389], "Facebook could not fetch the video"],
      [[NO_BYTES], "Facebook has not got the video"],
    ], again),
    ...rowsOf([[[390, 6001], "Facebook could not take in the video"]], passing),
    // Not to be tried again soon: who goes on is blocked for longer.
    ...rowsOf([[[368], "Facebook blocks this page for a while, for its policies"]], {
      ...limited,
      retryAfterMs: DAY_MS,
    }),
    ...rowsOf([[[80001], "Too much was asked for this page"]], { ...limited, retryAfterMs: 10 * MINUTE_MS }),
  ],
});
export { known as KNOWN, meaningOf };
