/** The newest posts of an account, as LinkedIn tells them to those who may read them. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import type { PublicationWork } from "../platform.ts";
import { askLinkedIn } from "./address.ts";
import { unescapeLittle } from "./little_text.ts";

/** As many as LinkedIn gives at once. */
export const PAGE = 100;

const time = z.number().int().nonnegative().nullish().catch(null);
const media = z.looseObject({ id: looseText }).nullish().catch(null);
const entry = z.looseObject({
  id: z.string().min(1),
  author: looseText,
  commentary: z.string().nullish().catch(null),
  createdAt: time,
  publishedAt: time,
  lifecycleState: looseText,
  content: z.looseObject({
    media,
    multiImage: z.looseObject({ images: z.array(media).catch([]).default([]) }).nullish().catch(null),
    article: z.looseObject({ source: looseText }).nullish().catch(null),
  }).nullish().catch(null),
});
const page = z.looseObject({ elements: z.array(z.unknown()) });

/** A post of the account. */
export interface AuthorPost {
  id: string;
  /** As it is shown. */
  text: string;
  /** What its files are called. */
  mediaIds: readonly string[];
  /** The page that it shows; null: none. */
  article: string | null;
  /** Milliseconds since 1970 by LinkedIn's clock; null: it does not say. */
  createdAt: number | null;
}

/** Reads a page of the account's posts, newest first. Throws PlatformError, also for an answer that is none. */
export async function readPosts(
  work: PublicationWork,
  start: number,
  signal?: AbortSignal,
): Promise<{ posts: AuthorPost[]; isLast: boolean; raw: unknown }> {
  const author = encodeURIComponent(work.connection.externalId);
  const answer = await askLinkedIn(
    work,
    {
      path: `/rest/posts?author=${author}&q=author&start=${start}&count=${PAGE}&sortBy=CREATED`,
      headers: { "x-restli-method": "FINDER" },
    },
    "read",
    signal,
  );
  return { ...postsOf(answer, work.connection.externalId), raw: answer.raw };
}

/** The posts of an answer. What is no post is left out; a draft is none. Throws PlatformError for what is no list. Pure. */
export function postsOf(
  { body, raw }: Pick<PlatformAnswer, "body" | "raw">,
  author: string,
): { posts: AuthorPost[]; isLast: boolean } {
  const read = page.safeParse(body);
  if (!read.success) throw malformedAnswer("LinkedIn gave no list of posts", raw);
  const { elements } = read.data;
  const posts = elements.flatMap((one) => {
    const { data } = entry.safeParse(one);
    const isOther = data?.author && data.author !== author;
    const isDraft = data?.lifecycleState && data.lifecycleState !== "PUBLISHED";
    return !data || isOther || isDraft ? [] : [postOf(data)];
  });
  if (posts.length === 0 && elements.length > 0 && !elements.some((one) => entry.safeParse(one).success)) {
    throw malformedAnswer("LinkedIn gave posts that cannot be read", raw);
  }
  return { posts, isLast: elements.length < PAGE };
}

function postOf({ id, commentary, createdAt, publishedAt, content }: z.infer<typeof entry>): AuthorPost {
  const files = [content?.media, ...content?.multiImage?.images ?? []];
  return {
    id,
    text: unescapeLittle(commentary ?? ""),
    mediaIds: files.flatMap((file) => file?.id ?? []),
    article: content?.article?.source ?? null,
    createdAt: createdAt ?? publishedAt ?? null,
  };
}
