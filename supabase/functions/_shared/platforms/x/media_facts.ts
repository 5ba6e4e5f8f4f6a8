/** What is known of a file that is handed to X: one fact for each, so that whoever goes on knows how far it has come. */
import { z } from "zod";
import type { PublicationWork } from "../platform.ts";

/** Pieces of it. X takes up to 5 MB, and refuses now and then what is larger than one (anchors: 431). */
export const PIECE_BYTES = 1024 * 1024;
/** An upload that X loses or cannot process is begun anew once. */
export const MOST_UPLOADS = 2;

const mediaFact = z.object({
  /** The upload's id, and the name that the file has in the post; null: it is to be begun. */
  id: z.string().nullable(),
  key: z.string().nullable(),
  /** Of the whole file, and of what X has of it. */
  bytes: z.number().int(),
  sent: z.number().int(),
  state: z.enum(["sending", "processing", "ready"]),
  /** Until when it is safe to post with it, ISO 8601. */
  good_until: z.string(),
  /** Which upload of this file this is, from 1. */
  upload: z.number().int(),
  /** Whether X has its alternative text. */
  alt: z.enum(["due", "set", "refused"]),
  /** X's words where it refused that. */
  alt_refusal: z.string().optional(),
  /** The commit, by its time, after which X has said once more that the file is there. */
  seen_after: z.string().optional(),
  /** Ids that it had before it was begun anew: a post with one of them is this publication's as well. */
  former: z.array(z.string()).default([]),
});
export type MediaFact = z.infer<typeof mediaFact>;

/** X keeps an upload for a day, where it does not say for how long. */
export const LIFE_SECONDS = 86_400;

/** The name of a file's fact. */
export function factName(index: number): string {
  return `media_${index}`;
}

/** What is known of a file; null: nothing, or of another than the one of `bytes` bytes. */
export function mediaFactOf(
  facts: PublicationWork["facts"],
  index: number,
  bytes?: number,
): MediaFact | null {
  const read = mediaFact.safeParse(facts[factName(index)]);
  return read.success && (bytes === undefined || read.data.bytes === bytes) ? read.data : null;
}

/** Whether X still has it for as long as it takes to post it. */
export function isStillThere({ good_until }: MediaFact, now: number): boolean {
  return Date.parse(good_until) > now;
}

/** Until when what is known of all files is good, ISO 8601; null: for ever. */
export function factsUntil(facts: readonly (MediaFact | null)[]): string | null {
  const ends = facts.flatMap((fact) => fact?.id ? [fact.good_until] : []);
  return ends.sort()[0] ?? null;
}

/** What is known of a file that is to be handed in once more. */
export function anew(fact: MediaFact): MediaFact {
  const former = fact.id === null ? fact.former : [...fact.former, fact.id];
  return { ...fact, id: null, key: null, sent: 0, state: "sending", upload: fact.upload + 1, former };
}
