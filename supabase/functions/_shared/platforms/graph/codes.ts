/** Codes that the Graph API has whatever is published there; a platform's tables have what is its own. */
import { type Meaning, type MeaningOf, rowsOf } from "./meaning.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const reconnect = { class: "reconnect", scope: "connection", isRefusal: true } as const;
const limited = { class: "wait", scope: "connection", isRefusal: true } as const;

/** No new token of the same grant helps: its owner has to allow more. The platform's words say which permission it is. */
const PERMISSIONS: Meaning = {
  ...reconnect,
  code: "missing_scope",
  words: "A permission is missing: connect the account again and allow everything",
};

const codesAt = (name: string): [number, Meaning][] => [
  ...rowsOf([
    [[102, 190], `${name} does not take this access any more: connect the account again`],
  ], reconnect),
  [10, PERMISSIONS],
  ...rowsOf([
    [[4, 341], `The app asks too much of ${name}`],
  ], { class: "wait", scope: "platform", retryAfterMs: 10 * MINUTE_MS, isRefusal: true }),
  ...rowsOf([
    [[17, 32, 613], "Too much was asked for this account"],
  ], { ...limited, retryAfterMs: 10 * MINUTE_MS }),
  ...rowsOf([[[368], `${name} blocks this for a while, for its policies`]], {
    ...limited,
    retryAfterMs: 4 * HOUR_MS,
  }),
  ...rowsOf([
    [[3], "The app is not allowed to make this call"],
    [[12, 2635], "This version of the Graph API is not served any more"],
    [[101, 191], `The app's registration is not what ${name} has`],
    [[104], "The app has to sign its calls"],
  ], { class: "pause", scope: "platform", isRefusal: true }),
  ...rowsOf([[[1, 2, -1, -2], `${name} had an error of its own`]], { class: "backoff", isRefusal: false }),
  ...rowsOf([
    [[24, 803], "What was asked for is not there"],
    [[100, 2500], `${name} does not take this request`],
  ], { class: "never", isRefusal: false }),
];

/** A platform's own entries; one that is general as well wins. */
export interface OwnMeanings {
  codes: readonly (readonly [number, Meaning])[];
  subcodes: readonly (readonly [number, Meaning])[];
  /** Codes in words. */
  words?: readonly (readonly [string, Meaning])[];
}

/** The tables of a platform as people know it by `name`. */
export function graphMeanings(name: string, own: OwnMeanings) {
  const codes: ReadonlyMap<number, Meaning> = new Map([...codesAt(name), ...own.codes]);
  const subcodes: ReadonlyMap<number, Meaning> = new Map(own.subcodes);
  const words: ReadonlyMap<string, Meaning> = new Map(own.words);
  const meaningOf: MeaningOf = (code, subcode, word = null) => {
    // With every sub-code: the access is gone, and no number of attempts brings it back.
    if (code === 190) return codes.get(190);
    const known = (subcode === null ? undefined : subcodes.get(subcode)) ??
      (word === null ? undefined : words.get(word));
    if (known) return known;
    if (code === null) return undefined;
    // Permissions of all kinds.
    return code >= 200 && code <= 299 ? PERMISSIONS : codes.get(code);
  };
  return {
    meaningOf,
    /** The codes, sub-codes and words that are known, for those who show or test them. */
    known: { codes: [...codes.keys()], subcodes: [...subcodes.keys()], words: [...words.keys()] },
  };
}
