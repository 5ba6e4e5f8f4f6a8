/** The files of a publication, ready to be handed to its platform: copies in the bucket `handed`, that nobody can change. */
import type { MediaFile } from "../../../../../../shared/publishing/content.ts";
import { copiesOf } from "../../../files/copies_of.ts";
import { lookAtCopy } from "../../../files/handed_copies.ts";
import { handedRange } from "../../../files/handed_range.ts";
import { signInput } from "../../../files/inputs.ts";
import type { PublicationMedia } from "../../../platforms/platform.ts";
import type { Turn } from "../turn.ts";
import type { Turned } from "../turned.ts";
import { type Fetched, fetchMedia } from "./fetch_media.ts";

/**
 * All of them, in their order; or what became of the message while one of them is fetched. Throws ClassifiedError for what is
 * not there, or not taken.
 */
export async function mediaOf(turn: Turn): Promise<PublicationMedia[] | Turned> {
  const { mediaFiles } = turn.content;
  if (mediaFiles.length === 0) return [];
  const copies = await copiesOf(turn.message.item);
  const media: PublicationMedia[] = [];
  for (const [index, file] of mediaFiles.entries()) {
    const found = file.path === undefined
      ? await fetchMedia(turn, index, file)
      : await lookedAt(copies[file.path] ?? "", file);
    if ("is" in found) return found;
    media.push(handed(file, found));
  }
  return media;
}

async function lookedAt(key: string, file: MediaFile): Promise<Fetched> {
  const { type, bytes } = await lookAtCopy(key);
  return { key, bytes, contentType: type ?? file.type };
}

function handed(file: MediaFile, { key, bytes, contentType }: Fetched): PublicationMedia {
  return {
    name: file.name,
    contentType,
    bytes,
    altText: file.altText ?? null,
    url: () => signInput(file.name, key),
    range: (from, to, signal) => handedRange(key, from, Math.min(to, bytes), signal),
  };
}
