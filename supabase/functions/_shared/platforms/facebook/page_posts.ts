/** The newest posts and videos of a page, as Facebook lists them. */
import { z } from "zod";
import { givenId, looseId, looseText } from "../../providers/kit/fields.ts";
import { parseHttpDate } from "../../providers/kit/retry_after.ts";
import { pathOf } from "../graph/dialect.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { askPage, type OfPage } from "./graph.ts";

/** As many as Facebook gives at once. */
const PAGE = 100;

const target = z.looseObject({ id: looseId }).nullish().catch(null);
const part = z.looseObject({ media_type: looseText, target });
const attachment = part.extend({
  unshimmed_url: looseText,
  url: looseText,
  subattachments: z.looseObject({ data: z.array(part).catch([]) }).nullish().catch(null),
});
const entry = z.looseObject({
  id: givenId,
  message: z.string().nullish().catch(null),
  description: z.string().nullish().catch(null),
  title: z.string().nullish().catch(null),
  created_time: looseText,
  permalink_url: looseText,
  attachments: z.looseObject({ data: z.array(attachment).catch([]) }).nullish().catch(null),
  media_id: looseId,
  post_id: looseId,
});
const listing = z.looseObject({
  data: z.array(z.unknown()),
  paging: z.looseObject({
    next: looseText,
    cursors: z.looseObject({ after: looseText }).optional().catch(undefined),
  }).optional().catch(undefined),
});

/** A post, a video or a story of the page. */
export interface PagePost {
  id: string;
  /** Of a video its description. */
  text: string;
  title: string | null;
  /** Milliseconds since 1970 by Facebook's clock; null: it does not say. */
  createdAt: number | null;
  permalink: string | null;
  /** The ids of its photos and videos; null: Facebook does not say what hangs on it. */
  media: readonly string[] | null;
  hasMedia: boolean;
  /** Where the link below it leads. */
  link: string | null;
  /** Of a story: the photo or video that it is. */
  mediaId: string | null;
}

/** A page of them, newest first. */
export interface PagePosts {
  posts: PagePost[];
  nextCursor: string | null;
  /** How far Facebook's clock is ahead of ours, in milliseconds; 0 where it does not say the time. */
  clockAheadMs: number;
  raw: unknown;
}

const EDGES = {
  "/published_posts":
    "id,message,created_time,permalink_url,attachments{media_type,unshimmed_url,url,target{id},subattachments{media_type,target{id}}}",
  "/videos": "id,title,description,created_time,permalink_url",
  "/stories": "post_id,media_id,creation_time,url",
} as const;
export type Edge = keyof typeof EDGES;

/** Reads a page of them. Throws PlatformError, also for an answer that is none. */
export async function readPosts(
  work: OfPage,
  edge: Edge,
  { since, cursor }: { since?: number; cursor?: string } = {},
  signal?: AbortSignal,
): Promise<PagePosts> {
  const asked = Date.now();
  const answer = await askPage(work, pathOf(work.connection.externalId, edge), {
    query: {
      fields: EDGES[edge],
      limit: PAGE,
      since: since === undefined ? undefined : Math.floor(since / 1000),
      after: cursor,
    },
  }, signal);
  return { ...postsIn(answer), clockAheadMs: clockAhead(answer.headers, asked, Date.now()) };
}

/** What an answer says; what cannot be read is left out, for another may be ours. Throws PlatformError. Pure. */
export function postsIn(
  { body, raw }: Pick<PlatformAnswer, "body" | "raw">,
): Omit<PagePosts, "clockAheadMs"> {
  const { data: read } = listing.safeParse(body);
  if (!read) throw malformedAnswer("Facebook did not list what the page has posted", raw);
  const posts = read.data.flatMap((one) => {
    // Stories are named by their post alone.
    const isStory = typeof one === "object" && one !== null && !("id" in one) && "post_id" in one;
    const { data } = entry.safeParse(isStory ? { ...one, id: one.post_id } : one);
    return data ? [postOf(data)] : [];
  });
  if (posts.length === 0 && read.data.length > 0) {
    throw malformedAnswer("Facebook listed posts that cannot be read", raw);
  }
  return { posts, nextCursor: read.paging?.next ? read.paging.cursors?.after ?? null : null, raw };
}

function postOf(one: z.infer<typeof entry>): PagePost {
  // Of a post on which nothing hangs there is no such field; one that cannot be read says nothing.
  const attached = one.attachments === undefined ? [] : one.attachments?.data ?? null;
  const parts = attached?.flatMap(({ subattachments, ...whole }) =>
    subattachments?.data.length ? subattachments.data : [whole]
  );
  const media = parts?.filter(({ media_type }) => /^(?:photo|video|album)/i.test(media_type ?? "")) ?? null;
  const linked = attached?.find(({ media_type }) => media_type?.toLowerCase() === "link");
  const created = one.created_time ? Date.parse(one.created_time.replace(/\+0000$/, "Z")) : NaN;
  return {
    id: one.id,
    text: one.message ?? one.description ?? "",
    title: one.title ?? null,
    createdAt: Number.isNaN(created) ? null : created,
    permalink: one.permalink_url ?? null,
    media: media?.flatMap(({ target }) => target?.id ? [target.id] : []) ?? null,
    hasMedia: (media?.length ?? 0) > 0,
    link: linked?.unshimmed_url ?? linked?.url ?? null,
    mediaId: one.media_id ?? null,
  };
}

function clockAhead(headers: Headers, asked: number, answered: number): number {
  const date = headers.get("date");
  const theirs = date === null ? NaN : parseHttpDate(date, answered);
  // Cut to the second: it is as likely half a second later.
  return Number.isNaN(theirs) ? 0 : theirs + 500 - (asked + answered) / 2;
}
