/** A channel's own uploads, looked through for a video whose session nobody can ask any more. */
import { z } from "zod";
import { givenId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PublicationWork } from "../platform.ts";
import { askYouTube } from "./address.ts";
import { failureOf } from "./failures.ts";
import { sessionOf } from "./session.ts";
import { bodyOf } from "./video.ts";

/** As many as YouTube gives at once, and pages of them: 200 uploads of one channel within half an hour. */
const PAGE = 50;
const MOST_PAGES = 4;
/** Clocks may be so far apart. */
const MARGIN_MS = 60_000;

const channels = z.looseObject({
  items: z.array(z.looseObject({
    id: givenId,
    contentDetails: z.looseObject({
      relatedPlaylists: z.looseObject({ uploads: z.string().min(1) }),
    }),
  })).default([]),
});
const page = z.looseObject({ items: z.array(z.unknown()).default([]), nextPageToken: looseText });
const entry = z.looseObject({
  snippet: z.looseObject({
    title: z.string(),
    description: z.string().catch(""),
    publishedAt: z.iso.datetime({ offset: true }),
  }),
  contentDetails: z.looseObject({ videoId: z.string().min(1) }),
});

/** A video among the uploads. */
export interface Upload {
  id: string;
  title: string;
  description: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What was found. one: it is this publication's, for all that can be told · many: it may be any of them. */
export type Found =
  | { state: "one"; id: string; raw: unknown }
  | { state: "many" | "none"; raw: unknown };

/** Looks for the video among the channel's uploads. Throws PlatformError when YouTube does not tell. */
export async function findUpload(work: PublicationWork): Promise<Found> {
  const playlist = await playlistOf(work);
  const since = sinceOf(work);
  const alike: Upload[] = [];
  let token: string | undefined;
  let raw: unknown = null;
  for (let pages = 0; playlist !== null && pages < MOST_PAGES; pages++) {
    const got = await read(work, "/youtube/v3/playlistItems", {
      part: "snippet,contentDetails",
      playlistId: playlist,
      maxResults: PAGE,
      pageToken: token,
    });
    raw = got.raw;
    const { uploads, next } = uploadsIn(got.body) ?? {};
    if (!uploads) throw malformedAnswer("YouTube did not list the channel's uploads", raw);
    alike.push(...uploads.filter((upload) => upload.at >= since && isAlike(work, upload)));
    // Newest first: what comes is older still.
    if (!next || uploads.some(({ at }) => at < since)) break;
    token = next;
  }
  const [first, second] = alike;
  if (!first) return { state: "none", raw };
  return second ? { state: "many", raw } : { state: "one", id: first.id, raw };
}

/** The uploads of a page, and where it goes on; null where it is no list. One that cannot be read is left out. Pure. */
export function uploadsIn(body: unknown): { uploads: Upload[]; next: string | null } | null {
  const { data } = page.safeParse(body);
  if (!data) return null;
  const uploads = data.items.flatMap((one): Upload[] => {
    const read = entry.safeParse(one).data;
    if (!read) return [];
    const { title, description, publishedAt } = read.snippet;
    return [{ id: read.contentDetails.videoId, title, description, at: Date.parse(publishedAt) }];
  });
  return { uploads, next: data.nextPageToken ?? null };
}

/** Whether an upload says exactly what was sent, and is no other publication's. Pure. */
export function isAlike(
  work: Pick<PublicationWork, "option" | "content" | "knownPostIds">,
  { id, title, description }: Upload,
): boolean {
  if (work.knownPostIds?.includes(id)) return false;
  const { snippet } = bodyOf(work);
  return plain(snippet.title) === plain(title) && plain(snippet.description) === plain(description);
}

async function playlistOf(work: PublicationWork): Promise<string | null> {
  const got = await read(work, "/youtube/v3/channels", { part: "contentDetails", mine: "true" });
  const { data } = channels.safeParse(got.body);
  if (!data) throw malformedAnswer("YouTube did not say where the channel's uploads are", got.raw);
  const channel = data.items.find(({ id }) => id === work.connection.externalId);
  return channel?.contentDetails.relatedPlaylists.uploads ?? null;
}

async function read(
  { app, accessToken }: PublicationWork,
  path: string,
  query: Record<string, string | number | undefined>,
) {
  const got = await askYouTube(app, accessToken, { path, query });
  if (got.status !== 200) throw failureOf(got, "read");
  return got;
}

/** From when on a video can be this one's, in milliseconds since 1970: nothing was sent before its first session. */
function sinceOf(work: PublicationWork): number {
  return Date.parse(sessionOf(work)?.first_at ?? work.createdAt) - MARGIN_MS;
}

/** YouTube ends lines its own way, and keeps no blanks at the ends. */
function plain(text: string): string {
  return text.normalize("NFC").replaceAll("\r\n", "\n").trim();
}
