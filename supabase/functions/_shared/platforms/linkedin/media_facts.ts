/** What is known of a file that is handed to LinkedIn, so that whoever goes on knows how far it has come. */
import { z } from "zod";
import type { PublicationWork } from "../platform.ts";

/** An upload that LinkedIn loses or cannot process is begun anew once. */
export const MOST_UPLOADS = 2;
/**
 * So is one whose address is over, more often: it is over as well once the file is there, and a worker that dies before it
 * has noted that comes back to it.
 */
export const MOST_ADDRESSES = 5;

const mediaFact = z.object({
  /** The file's name at LinkedIn; null: it is to be begun. */
  urn: z.string().nullable(),
  /** Of the whole file. */
  bytes: z.number().int(),
  /** What LinkedIn has named the parts that it has, in their order. */
  etags: z.array(z.string()),
  state: z.enum(["sending", "sent", "processing", "ready"]),
  /** Until when its parts can be sent, ISO 8601. */
  good_until: z.string(),
  /** When all of it was there, ISO 8601. */
  whole_at: z.string().nullable(),
  /** Whether nobody may ask how it stands. */
  unseen: z.boolean(),
  /** Which upload of this file this is, from 1. */
  upload: z.number().int(),
  /** Names that it had before it was begun anew: a post with one of them is this publication's as well. */
  former: z.array(z.string()),
  /** The commit, by its time, after which it was looked at once more. */
  seen_after: z.string().nullable(),
});
export type MediaFact = z.infer<typeof mediaFact>;

const partsFact = z.object({
  /** Of the upload that they belong to. */
  urn: z.string(),
  token: z.string(),
  /** Where each part goes; `to` is not included. */
  parts: z.array(z.object({ url: z.string(), from: z.number().int(), to: z.number().int() })).min(1),
});
export type PartsFact = z.infer<typeof partsFact>;

/** The fact that names the files of a commit that was refused because one of them cannot be processed. */
export const FAILED = "media_failed";
const failed = z.array(z.string());

/** Whether a commit was refused for this upload, or for one beside it. */
export function isFailed(facts: PublicationWork["facts"], { urn }: MediaFact): boolean {
  return urn !== null && (failed.safeParse(facts[FAILED]).data ?? []).includes(urn);
}

/** The names of a file's facts: how far it is, and where its parts go. */
export const factName = (index: number) => `media_${index}`;
export const partsName = (index: number) => `media_${index}_parts`;

/** What is known of a file; null: nothing, or of another than the one of `bytes` bytes. */
export function mediaFactOf(
  facts: PublicationWork["facts"],
  index: number,
  bytes?: number,
): MediaFact | null {
  const read = mediaFact.safeParse(facts[factName(index)]);
  return read.success && (bytes === undefined || read.data.bytes === bytes) ? read.data : null;
}

/** Where the parts of this upload go; null: that is not known any more. */
export function partsFactOf(
  facts: PublicationWork["facts"],
  index: number,
  { urn }: MediaFact,
): PartsFact | null {
  const read = partsFact.safeParse(facts[partsName(index)]);
  return read.success && read.data.urn === urn ? read.data : null;
}

/** What is known of a file that is to be handed in once more. */
export function anew(fact: MediaFact): MediaFact {
  return {
    ...fact,
    ...{ urn: null, etags: [], state: "sending", whole_at: null },
    upload: fact.upload + 1,
    former: fact.urn === null ? fact.former : [...fact.former, fact.urn],
  };
}
