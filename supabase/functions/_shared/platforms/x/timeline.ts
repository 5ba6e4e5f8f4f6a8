/** The newest posts of an account, as X tells them. */
import { z } from "zod";
import { parseHttpDate } from "../../providers/kit/retry_after.ts";
import { givenId, looseId, looseText } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import type { PublicationWork } from "../platform.ts";
import { askX } from "./address.ts";
import { failureOf } from "./failures.ts";

/** As many as X gives at once. */
const PAGE = 100;
/** The first moment of X's ids, milliseconds since 1970; the bits behind the time. */
const EPOCH_MS = 1_288_834_974_657n;
const TIME_SHIFT = 22n;

const link = z.looseObject({
  url: looseText,
  expanded_url: looseText,
  display_url: looseText,
  media_key: looseText,
});
const entities = z.looseObject({ urls: z.array(link).catch([]).default([]) }).nullish().catch(null);
const entry = z.looseObject({
  id: givenId,
  text: z.string().catch(""),
  created_at: looseText,
  entities,
  attachments: z.looseObject({ media_keys: z.array(z.string()).catch([]).default([]) }).nullish().catch(null),
  note_tweet: z.looseObject({ text: z.string(), entities }).nullish().catch(null),
  referenced_tweets: z.array(z.looseObject({ type: looseText, id: looseId })).nullish().catch(null),
});
const timeline = z.looseObject({
  data: z.array(z.unknown()).nullish(),
  meta: z.looseObject({ result_count: z.number().int(), next_token: looseText }),
});

/** A post of the account. */
export interface TimelinePost {
  id: string;
  /** Whole, as X has changed it: its own short addresses, escaped for HTML. */
  text: string;
  links: readonly z.infer<typeof link>[];
  /** The digits of its files' keys are their ids; null: X does not say which it has. */
  mediaIds: readonly string[] | null;
  /** The post that it answers; null: none, or X does not say. */
  replyTo: string | null;
  /** Milliseconds since 1970 by X's clock; null: nobody can tell. */
  createdAt: number | null;
}

/** A page of posts, newest first. */
export interface TimelinePage {
  posts: TimelinePost[];
  nextToken: string | null;
  /** How far X's clock is ahead of ours, in milliseconds; 0 where it does not say the time. */
  clockAheadMs: number;
  raw: unknown;
}

/** Reads a page of the account's posts. Throws PlatformError, also for an answer that is none. */
export async function readTimeline(
  { app, accessToken, connection }: PublicationWork,
  { since, token }: { since?: number; token?: string },
  signal?: AbortSignal,
): Promise<TimelinePage> {
  const asked = Date.now();
  const answer = await askX(app, accessToken, {
    path: `/2/users/${encodeURIComponent(connection.externalId)}/tweets`,
    query: {
      max_results: PAGE,
      exclude: "retweets",
      "tweet.fields": "created_at,entities,attachments,note_tweet,referenced_tweets",
      start_time: since === undefined ? undefined : new Date(since).toISOString().replace(/\.\d+Z$/, "Z"),
      pagination_token: token,
    },
  }, signal);
  if (answer.status !== 200) throw failureOf(answer, "read", connection.scopes);
  return { ...timelineOf(answer), clockAheadMs: clockAhead(answer.headers, asked, Date.now()) };
}

/** What an answer says; a post that cannot be read is left out, for another may be ours. Throws PlatformError. Pure. */
export function timelineOf(
  { body, raw }: Pick<PlatformAnswer, "body" | "raw">,
): Omit<TimelinePage, "clockAheadMs"> {
  const read = timeline.safeParse(body);
  if (!read.success) throw malformedAnswer("X did not give the account's posts", raw);
  const { data, meta } = read.data;
  const posts = (data ?? []).flatMap((post) => {
    const read = entry.safeParse(post);
    return read.success ? [postOf(read.data)] : [];
  });
  if (posts.length === 0 && meta.result_count > 0) {
    throw malformedAnswer("X gave posts that cannot be read", raw);
  }
  return { posts, nextToken: meta.next_token ?? null, raw };
}

function postOf(
  { id, text, created_at, entities, attachments, note_tweet, referenced_tweets }: z.infer<typeof entry>,
) {
  const links = [...note_tweet?.entities?.urls ?? [], ...entities?.urls ?? []];
  const answered = referenced_tweets?.find(({ type }) => type === "replied_to");
  return {
    id,
    text: note_tweet?.text ?? text,
    links,
    mediaIds: attachments ? attachments.media_keys.map((key) => key.replace(/^\d{1,4}_/, "")) : null,
    replyTo: answered?.id ?? null,
    createdAt: timeOf(id, created_at ?? null),
  };
}

/** When a post was made: as X says, to the millisecond where its id tells. */
function timeOf(id: string, createdAt: string | null): number | null {
  const said = createdAt === null ? NaN : Date.parse(createdAt);
  const ofId = /^\d{15,19}$/.test(id) ? Number((BigInt(id) >> TIME_SHIFT) + EPOCH_MS) : NaN;
  if (Number.isNaN(said)) return Number.isNaN(ofId) ? null : ofId;
  return Math.abs(ofId - said) < 1_000 ? ofId : said;
}

function clockAhead(headers: Headers, asked: number, answered: number): number {
  const date = headers.get("date");
  const theirs = date === null ? NaN : parseHttpDate(date, answered);
  // Cut to the second: it is as likely half a second later.
  return Number.isNaN(theirs) ? 0 : theirs + 500 - (asked + answered) / 2;
}
