/** Instagram's and the Graph API's codes, and what is to be done about each (docs/platforms/instagram.md#codes). */
import type { FailureClass, PlatformFailure } from "../platform.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a code means for whoever meets it. */
export interface Meaning {
  class: FailureClass;
  scope?: PlatformFailure["scope"];
  /** Ours, where the platform has none. */
  words: string;
  retryAfterMs?: number;
  /** Another container may fare better, made after so many seconds. */
  recreateAfter?: number;
  /** Ours, in the place of the platform's, where somebody has to tell it from others. */
  code?: string;
  /** To a commit it is a refusal: nothing has become visible. What is not for certain is asked after. */
  isRefusal: boolean;
}

type Rows = readonly (readonly [codes: readonly number[], words: string])[];

const rowsOf = (rows: Rows, meaning: Omit<Meaning, "words">): [number, Meaning][] =>
  rows.flatMap(([codes, words]) => codes.map((code): [number, Meaning] => [code, { ...meaning, words }]));

const never = { class: "never", isRefusal: true } as const;
const reconnect = { class: "reconnect", scope: "connection", isRefusal: true } as const;
const ofPlatform = { class: "pause", scope: "platform", isRefusal: true } as const;
const limited = { class: "wait", scope: "connection", isRefusal: true } as const;
/** To a commit: the container is asked what has become of it. */
const askedAfter = { class: "never", isRefusal: false } as const;

const SUBCODES: ReadonlyMap<number, Meaning> = new Map([
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
]);

/** No new token of the same grant helps: its owner has to allow more. The platform's words say which permission it is. */
const PERMISSIONS: Meaning = {
  ...reconnect,
  code: "missing_scope",
  words: "A permission is missing: connect the account again and allow everything",
};

const CODES: ReadonlyMap<number, Meaning> = new Map([
  ...rowsOf([
    [[102, 190], "Instagram does not take this access any more: connect the account again"],
  ], reconnect),
  [10, PERMISSIONS],
  ...rowsOf([
    [[4, 341], "The app asks too much of Instagram"],
  ], { class: "wait", scope: "platform", retryAfterMs: 10 * MINUTE_MS, isRefusal: true }),
  ...rowsOf([
    [[17, 32, 613, 80002], "Too much was asked for this account"],
  ], { ...limited, retryAfterMs: 10 * MINUTE_MS }),
  ...rowsOf([[[368], "Instagram blocks this for a while, for its policies"]], {
    ...limited,
    retryAfterMs: 4 * HOUR_MS,
  }),
  ...rowsOf([
    [[3], "The app is not allowed to make this call"],
    [[12, 2635], "This version of the Graph API is not served any more"],
    [[101, 191], "The app's registration is not what Instagram has"],
    [[104], "The app has to sign its calls"],
  ], ofPlatform),
  ...rowsOf([[[1, 2, -1, -2], "Instagram had an error of its own"]], {
    class: "backoff",
    isRefusal: false,
  }),
  ...rowsOf([
    [[24, 803], "What was asked for is not there"],
    [[100, 2500], "Instagram does not take this request"],
    [[352, 9004, 36000, 36001, 36003, 36004], "Instagram does not take this file or caption"],
  ], { class: "never", isRefusal: false }),
]);

/** What an error means: its sub-code decides where that is known, then its code; undefined: neither is known. */
export function meaningOf(code: number | null, subcode: number | null): Meaning | undefined {
  // With every sub-code: the access is gone, and no number of attempts brings it back.
  if (code === 190) return CODES.get(190);
  const known = subcode === null ? undefined : SUBCODES.get(subcode);
  if (known) return known;
  if (code === null) return undefined;
  // Permissions of all kinds.
  return code >= 200 && code <= 299 ? PERMISSIONS : CODES.get(code);
}

/** The codes and sub-codes that are known, for those who show or test them. */
export const KNOWN = { codes: [...CODES.keys()], subcodes: [...SUBCODES.keys()] } as const;
