/** Whether a post on the timeline is the one that was sent: X changes a text, and names files by their ids. */
import { xUrlsIn } from "../../../../../shared/publishing/x_urls.ts";
import type { TimelinePost } from "./timeline.ts";

/** The post that was sent. */
export interface SentPost {
  text: string;
  /** Of all its files: as they are in the post, and those that they had before they were begun anew. */
  mediaIds: readonly string[];
  hasMedia: boolean;
  replyTo: string | null;
}

/** proven: it has a file that nobody else has · same · maybe: what can be told is the same, and too little · other. */
export type Likeness = "proven" | "same" | "maybe" | "other";

/** Stands for an address in a text: no text has it, for it is taken out of both. */
const PLACE = "\uE000";
const OWN_SITE = /^https?:\/\/(?:www\.)?(?:x|twitter)\.com\/.+\/(?:photo|video)\/\d+$/i;
const OWN_SHORT = /https?:\/\/t\.co\/\w+/gi;
const UNSEEN = /[\p{Cc}\p{Cf}\uE000]/gu;

/** How alike they are. Pure. */
export function likenessOf(sent: SentPost, post: TimelinePost): Likeness {
  if (sent.mediaIds.some((id) => post.mediaIds?.includes(id))) return "proven";
  if (sent.replyTo !== null && post.replyTo !== null && sent.replyTo !== post.replyTo) return "other";
  const [ours, theirs] = [partsOfSent(sent), partsOfPost(post, sent)];
  if (ours.words !== theirs.words || ours.urls.length !== theirs.urls.length) return "other";
  if (sent.hasMedia !== theirs.hasMedia) return theirs.hasMedia ? "other" : "maybe";
  // Without a word of its own it is told apart by its files alone; and other ids than theirs speak against it.
  const hasOtherIds = sent.mediaIds.length > 0 && (post.mediaIds?.length ?? 0) > 0;
  if (ours.words === "" || hasOtherIds) return "maybe";
  return ours.urls.every((url, at) => isSameUrl(url, theirs.urls[at])) ? "same" : "maybe";
}

interface Parts {
  /** Without addresses, of which a sign keeps the place, and as X may have changed its spaces. */
  words: string;
  urls: (string | null)[];
}

function partsOfSent({ text, replyTo }: SentPost): Parts {
  const composed = text.normalize("NFC");
  const urls = xUrlsIn(composed);
  let words = "";
  let at = 0;
  for (const { start, end } of urls) {
    words += withoutUnseen(composed.slice(at, start)) + PLACE;
    at = end;
  }
  words += withoutUnseen(composed.slice(at));
  return { words: plain(words, replyTo !== null), urls: urls.map(({ url }) => url) };
}

function partsOfPost(post: TimelinePost, { replyTo }: SentPost): Parts & { hasMedia: boolean } {
  const byShort = new Map(post.links.flatMap((link) => link.url ? [[link.url, link] as const] : []));
  const urls: (string | null)[] = [];
  let hasMedia = (post.mediaIds?.length ?? 0) > 0;
  const raw = withoutUnseen(unescaped(post.text.normalize("NFC")));
  const shortened = raw.replace(OWN_SHORT, (short) => {
    const link = byShort.get(short);
    if (link && (link.media_key || OWN_SITE.test(link.expanded_url ?? ""))) {
      hasMedia = true;
      return "";
    }
    urls.push(link?.expanded_url ?? null);
    return PLACE;
  });
  // What X has not shortened stands as it was sent; then the addresses are in no certain order.
  const left = xUrlsIn(shortened);
  let words = shortened;
  for (const { start, end } of left.toReversed()) words = words.slice(0, start) + PLACE + words.slice(end);
  return {
    words: plain(words, replyTo !== null),
    urls: left.length === 0 ? urls : [...urls.map(() => null), ...left.map(() => null)],
    hasMedia,
  };
}

/** `&amp;`, `&lt;` and `&gt;` as they were sent. */
function unescaped(text: string): string {
  return text.replace(
    /&(amp|lt|gt);/g,
    (_, name: string) => name === "amp" ? "&" : name === "lt" ? "<" : ">",
  );
}

function withoutUnseen(text: string): string {
  return text.replace(/\s/g, " ").replace(UNSEEN, "");
}

/** Spaces at the ends go, and those between are one; an answer's first names may be X's own. */
function plain(text: string, isReply: boolean): string {
  const spaced = text.replace(/[\s\p{Z}]+/gu, " ").trim();
  return isReply ? spaced.replace(/^(?:@\w{1,50} ?)+/, "") : spaced;
}

function isSameUrl(ours: string | null | undefined, theirs: string | null | undefined): boolean {
  if (!theirs || !ours) return true; // X does not say where it leads
  return addressOf(ours) === addressOf(theirs);
}

function addressOf(url: string): string {
  const whole = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  const read = URL.canParse(whole) ? new URL(whole) : null;
  return (read ? read.host + read.pathname + read.search + read.hash : whole).replace(/\/$/, "");
}
