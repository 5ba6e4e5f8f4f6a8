/** Posts: made by the one call that makes them, refused as Facebook refuses them, and shown in lists. */
import type { Commit, Post, PostMedia } from "../social/books.ts";
import { type GraphError } from "../graph/graph_errors.ts";
import type { Page } from "../graph/pages.ts";
import type { Person } from "../social/people.ts";
import { BLOCKED, PAGE_LIMIT } from "./facebook_errors.ts";
import type { PostFacts } from "./post_facts.ts";
import type { Facebook } from "./world.ts";

/** Whose it is. */
export interface Poster {
  readonly page: Page;
  readonly person: Person;
}

/** Why this page may not post now. */
export function refusalOf(facebook: Facebook, { page, person }: Poster): GraphError | undefined {
  if (person.isSuspended) return BLOCKED;
  return facebook.world.quota("posts", facebook.postLimit).take(page.id) ? undefined : PAGE_LIMIT;
}

/** The same text, without anything else, was posted a moment ago. */
export function isAgain({ world, facts, duplicateMs }: Facebook, page: Page, text: string): boolean {
  return world.books.posts.some((post) =>
    post.account === page.id && post.kind === "post" && post.text === text && post.media.length === 0 &&
    facts.get(post.id)?.link === null && post.at.getTime() > world.clock.now() - duplicateMs
  );
}

/** Enters a post. */
export function enter(
  facebook: Facebook,
  { page, person }: Poster,
  commit: Commit,
  post: {
    kind: "post" | "video" | "reel" | "story";
    id?: string;
    text: string;
    media: readonly PostMedia[];
    facts: PostFacts;
    texts: readonly string[];
    /** Milliseconds since 1970, where it is seen later. */
    at?: number;
  },
): Post {
  const { world, facts } = facebook;
  const n = `${String(Date.now()).slice(-9)}${String(world.books.posts.length + 1).padStart(6, "0")}`;
  const id = post.id ?? (post.kind === "story" ? n : `${page.id}_${n}`);
  const where = {
    post: `${page.id}/posts/${n}`,
    video: `${page.id}/videos/${id}`,
    reel: `reel/${id}`,
    story: `stories/${n}`,
  };
  facts.set(id, post.facts);
  const lag = world.lagOf(post.texts) + Math.max((post.at ?? 0) - world.clock.now(), 0);
  return world.books.post(commit, {
    id,
    kind: post.kind,
    account: page.id,
    username: person.username,
    text: post.text,
    media: post.media,
    permalink: `https://www.facebook.com/${where[post.kind]}/`,
  }, lag);
}

/** What is answered of a post that is asked for or listed. */
export function postView(
  { facts }: Facebook,
  { id, text, permalink, at, media, kind }: Post,
): Record<string, unknown> {
  const { attached = [], link = null, title = "", mediaId } = facts.get(id) ?? {};
  const time = at.toISOString().replace(/\.\d+Z$/, "+0000");
  const parts = media.map(({ type }, index) => ({
    media_type: type.startsWith("video/") ? "video" : "photo",
    target: { id: attached[index] },
  }));
  const attachments = parts.length > 1
    ? [{ media_type: "album", subattachments: { data: parts } }]
    : parts.length === 1
    ? parts
    : link === null
    ? []
    : [{ media_type: "link", url: link, unshimmed_url: link, target: {} }];
  return {
    id,
    message: text === "" ? undefined : text,
    description: text === "" ? undefined : text,
    title: title === "" ? undefined : title,
    created_time: time,
    permalink_url: kind === "video" || kind === "reel" ? new URL(permalink).pathname : permalink,
    attachments: attachments.length === 0 ? undefined : { data: attachments },
    ...kind === "story"
      ? { post_id: id, media_id: mediaId, creation_time: String(Math.floor(at.getTime() / 1000)) }
      : {},
  };
}
