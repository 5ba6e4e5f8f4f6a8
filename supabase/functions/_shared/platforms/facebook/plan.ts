/**
 * What has to be done next to a publication, read off its facts. Pure.
 *
 * The facts: `photo_<n>`, the id of each photo that is there and seen by nobody; of a reel, or of a video in a story, its
 * `video` with the `upload_url` at which it is handed in, when it was `sent`, when all of it was found to be there
 * (`whole_at`), how often it was asked for (`polls`), could not be read (`misses`) or had not begun (`idle`), and how many
 * videos there were before (`again`). `since`: when the oldest of these was made. `ready_at`: before the first commit.
 */
import { isVideo } from "../graph/is_video.ts";
import { factOf } from "../kit/words.ts";
import type { PublicationWork } from "../platform.ts";

/** text, photos: in the feed · video: one call that commits · upload: a reel or story · story: a photo in a story. */
export type Way = "text" | "photos" | "video" | "upload" | "story";

export type Act =
  | { act: "photo"; index: number }
  | { act: "start" }
  | { act: "send"; video: string; uploadUrl: string }
  | { act: "ask"; video: string }
  | { act: "commit" };

/** When the first commit could be made, ISO 8601 by our clock. */
export const READY_AT = "ready_at";
/** What is prepared and not published is gone after a day; an hour less, for clocks and commits that wait. */
const LIFE_MS = 23 * 60 * 60_000;
/** A video that was found whole so long ago is asked again before its commit. */
const FRESH_MS = 10 * 60_000;
/** So far the clocks of workers and of the database, which notes the commit, may be apart. */
const SKEW_MS = 60_000;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

type Facts = Pick<PublicationWork, "facts">;

/** A fact that is a text. */
export function textFact({ facts }: Facts, name: string): string | undefined {
  return factOf(facts, name, isText);
}

/** A fact that counts. */
export function countFact({ facts }: Facts, name: string): number {
  return factOf(facts, name, isCount) ?? 0;
}

/** All facts about a video but how many there were. */
export const VIDEO_FACTS: readonly string[] = [
  "video",
  "upload_url",
  "sent",
  "whole_at",
  "polls",
  "misses",
  "idle",
];

/** How it is published. */
export function wayOf({ option, media }: Pick<PublicationWork, "option" | "media">): Way {
  if (option === "facebook_video") return "video";
  if (option === "facebook_reel") return "upload";
  if (option === "facebook_story") return media.some(isVideo) ? "upload" : "story";
  return media.length === 0 ? "text" : "photos";
}

/** The photos that are there, in their order. */
export function photosIn({ facts }: Facts): string[] {
  const found = Object.keys(facts).flatMap((name) => {
    const [, index] = /^photo_(\d{1,2})$/.exec(name) ?? [];
    const id = textFact({ facts }, name);
    return index === undefined || id === undefined ? [] : [{ at: Number(index), id }];
  });
  return found.sort((one, other) => one.at - other.at).map(({ id }) => id);
}

/** What is next. */
export function nextAct(
  work: Pick<PublicationWork, "facts" | "option" | "media" | "committedAt">,
  now: number,
): Act {
  const way = wayOf(work);
  if (way === "photos" || way === "story") {
    const index = work.media.findIndex((_, at) => textFact(work, `photo_${at}`) === undefined);
    return index === -1 ? { act: "commit" } : { act: "photo", index };
  }
  if (way !== "upload") return { act: "commit" };
  const video = textFact(work, "video");
  const uploadUrl = textFact(work, "upload_url");
  if (video === undefined || uploadUrl === undefined) return { act: "start" };
  if (textFact(work, "sent") === undefined) return { act: "send", video, uploadUrl };
  return isFresh(work, now) ? { act: "commit" } : { act: "ask", video };
}

/** Whether the video was found whole just now, and after whatever commit was tried. */
function isFresh(work: Pick<PublicationWork, "facts" | "committedAt">, now: number): boolean {
  const at = Date.parse(textFact(work, "whole_at") ?? "");
  const committed = work.committedAt === null ? -Infinity : Date.parse(work.committedAt);
  return at > now - FRESH_MS && at <= now + SKEW_MS && !(at <= committed + SKEW_MS);
}

/** When the oldest of what was made was made; now, where there is none. */
export function sinceOf(facts: Facts, now: number): string {
  const since = textFact(facts, "since");
  return since !== undefined && !Number.isNaN(Date.parse(since)) ? since : new Date(now).toISOString();
}

/** Until when what was made at `since` is good for a commit. */
export function untilOf(since: string): string {
  return new Date(Date.parse(since) + LIFE_MS).toISOString();
}
