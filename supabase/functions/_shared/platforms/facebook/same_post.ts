/** Whether a post of the page is the one that was sent: its photos are nobody else's; a text alone has to be the very same. Pure. */
import { partsOf } from "../../../../../shared/publishing/text_parts.ts";
import type { PublicationWork } from "../platform.ts";
import type { PagePost } from "./page_posts.ts";
import { photosIn } from "./plan.ts";

/** The post that was sent, as far as it can be recognized. */
export interface SentPost {
  text: string;
  photos: readonly string[];
  hasMedia: boolean;
  link: string | null;
  title: string | null;
}

/** proven: it has a photo that nobody else has · same · maybe: what can be told is the same, and too little · other. */
export type Likeness = "proven" | "same" | "maybe" | "other";

/** What was sent. */
export function sentBy(work: PublicationWork): SentPost {
  const { link, title } = work.content.settings;
  return {
    text: work.content.caption,
    photos: photosIn(work),
    hasMedia: work.content.mediaFiles.length > 0,
    link: typeof link === "string" ? link : null,
    title: typeof title === "string" ? title : null,
  };
}

/** How alike a post of the feed is. */
export function likenessOf(sent: SentPost, post: PagePost): Likeness {
  if (sent.photos.some((id) => post.media?.includes(id))) return "proven";
  if (plain(sent.text) !== plain(post.text)) return "other";
  // Where nothing is told of what hangs on it, it may have anything.
  if (post.media === null) return "maybe";
  // With photos of its own it is told by them: those with the same words and others are somebody's.
  if (sent.hasMedia) return post.hasMedia && post.media.length === 0 ? "maybe" : "other";
  // A link may lead to a film, which then hangs on it.
  if (post.hasMedia && !hasLink(sent)) return "other";
  if (sent.link !== null && post.link !== null) return isSameAddress(sent.link, post.link) ? "same" : "other";
  return plain(sent.text) === "" || sent.link !== null ? "maybe" : "same";
}

/** How alike a video of the page is: it has no more than words to be known by. */
export function likenessOfVideo(sent: SentPost, video: PagePost): Likeness {
  if (plain(sent.text) !== plain(video.text)) return "other";
  if (sent.title !== null && video.title !== null && plain(sent.title) !== plain(video.title)) return "other";
  return plain(sent.text) === "" && sent.title === null ? "maybe" : "same";
}

/** As Facebook may have changed it: the ends of lines, and spaces at both ends. */
function plain(text: string): string {
  return text.normalize("NFC").replace(/\r\n?/g, "\n").trim();
}

function isSameAddress(ours: string, theirs: string): boolean {
  const bare = (text: string) => URL.canParse(text) ? new URL(text).href.replace(/\/$/, "") : text;
  return bare(ours) === bare(theirs);
}

function hasLink({ text, link }: SentPost): boolean {
  return link !== null || partsOf(text).links.length > 0;
}
