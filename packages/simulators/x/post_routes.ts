/** Posting, and reading what was posted. */
import type { Context } from "hono";
import { z } from "zod";
import { Snowflakes } from "../kit/snowflake.ts";
import type { Commit, Post } from "../social/books.ts";
import type { Person } from "../social/people.ts";
import type { Media } from "./media.ts";
import { mediaKey } from "./media_answer.ts";
import { DUPLICATE, invalid, NOT_PERMITTED, notFound, type Problem, problem } from "./problems.ts";
import { cashtags, readText, weightedLength } from "./tweet_text.ts";
import { asAccount, asPoster, type X } from "./world.ts";

const LONGEST = 280;
const READS = ["tweet.read", "users.read"];

const submission = z.object({
  text: z.string().optional(),
  media: z.object({ media_ids: z.array(z.string()).min(1).max(8) }).optional(),
  reply: z.object({ in_reply_to_tweet_id: z.string() }).optional(),
  made_with_ai: z.boolean().optional(),
});
type Submission = z.infer<typeof submission>;

/** Adds `GET /2/users/me`, `POST /2/tweets`, `GET /2/tweets/:id` and `GET /2/users/:id/tweets`. */
export function addPostRoutes(x: X): void {
  const { app, world } = x;
  const ids = new Snowflakes();

  app.get(
    "/2/users/me",
    (c) =>
      asAccount(
        x,
        c.req.raw,
        { path: "me", scopes: READS },
        ({ family: { person } }) =>
          Response.json({ data: userOf(x, person, c.req.query("user.fields") ?? "") }),
      ),
  );

  app.post("/2/tweets", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const text = body && typeof body === "object" && "text" in body && typeof body.text === "string"
      ? body.text
      : "";
    return await asPoster(x, c.req.raw, [text], ({ family: { person } }, commit) => {
      const read = submission.safeParse(body);
      if (!read.success) return problem(invalid(read.error.issues[0]?.message ?? "The body is not valid."));
      const media = mediaOf(x, person, read.data);
      if (!media) return problem(invalid("Your media IDs are invalid.", read.data.media));
      const wrong = wrongWith(x, person, read.data, media);
      if (wrong) return problem(wrong);
      const post = enter(x, commit, person, { id: ids.next(), text, media });
      x.about.set(post.id, {
        mediaKeys: media.map(mediaKey),
        replyTo: read.data.reply?.in_reply_to_tweet_id ?? null,
      });
      const { text: shown } = shownOf(post);
      return Response.json({ data: { id: post.id, text: shown, edit_history_tweet_ids: [post.id] } }, {
        status: 201,
      });
    });
  });

  app.get(
    "/2/tweets/:id",
    (c) =>
      asAccount(x, c.req.raw, { path: "tweet", scopes: READS, texts: [c.req.param("id")] }, () => {
        const post = world.books.visible(c.req.param("id"));
        if (post) return Response.json({ data: dataOf(x, post, c) });
        const { more, status: _, ...error } = notFound("tweet", c.req.param("id"));
        return Response.json({ errors: [{ ...more, ...error }] });
      }),
  );

  app.get(
    "/2/users/:id/tweets",
    (c) =>
      asAccount(x, c.req.raw, { path: "timeline", scopes: READS, texts: [c.req.param("id")] }, () => {
        const person = world.people.byId(c.req.param("id"));
        if (!person) return problem(notFound("user", c.req.param("id")));
        return timeline(x, person, c);
      }),
  );
}

function userOf({ world }: X, { id, username, name }: Person, fields: string): Record<string, unknown> {
  const wanted = fields.split(",");
  return {
    id,
    name,
    username,
    ...wanted.includes("profile_image_url")
      ? { profile_image_url: `${world.url}/profile_images/${id}_normal.svg` }
      : {},
    ...wanted.includes("verified") ? { verified: false } : {},
  };
}

/** The files of a post; undefined: one of them is not there, not the account's, or not ready. */
function mediaOf(x: X, person: Person, { media }: Submission): Media[] | undefined {
  const ids = media?.media_ids ?? [];
  const files = ids.map((id) => x.media.of(person, id)).filter((file) => file !== undefined);
  return files.length === ids.length && files.every((file) => x.media.isUsable(file)) ? files : undefined;
}

function wrongWith(
  x: X,
  person: Person,
  { text = "" }: Submission,
  media: readonly Media[],
): Problem | undefined {
  if (text.trim() === "" && media.length === 0) return invalid("One of text or media is required.");
  if (media.length > 4) return { ...invalid("A Tweet can have a maximum of 4 items."), status: 403 };
  if (media.length > 1 && media.some(({ category }) => category !== "tweet_image")) return NOT_PERMITTED;
  if (weightedLength(text) > LONGEST) return NOT_PERMITTED;
  if (cashtags(text) > 1) return { ...invalid("A Tweet can have a maximum of one cashtag."), status: 403 };
  const isCalled = x.world.faults.take("calls_duplicate", [text, person.username]);
  return isCalled || isDuplicate(x, person, text, media) ? DUPLICATE : undefined;
}

/** How X knows duplicates is not documented. Here: the same text with the same files, by the same account, of late. */
function isDuplicate(x: X, person: Person, text: string, media: readonly Media[]): boolean {
  const since = x.world.clock.now() - x.duplicateMs;
  const files = media.map(({ whole }) => whole?.sha256).join();
  return text !== "" &&
    x.world.books.posts.some((post) =>
      post.account === person.id && post.text === text && post.at.getTime() > since &&
      post.media.map(({ sha256 }) => sha256).join() === files
    );
}

function enter(
  { world }: X,
  commit: Commit,
  person: Person,
  { id, text, media }: { id: string; text: string; media: readonly Media[] },
): Post {
  return world.books.post(commit, {
    id,
    kind: "post",
    account: person.id,
    username: person.username,
    text,
    media: media.map(({ whole, totalBytes, altText }) => ({
      sha256: whole?.sha256 ?? "",
      type: whole?.type ?? "",
      bytes: totalBytes,
      altText,
    })),
    permalink: `https://x.com/${person.username}/status/${id}`,
  }, world.lagOf([text, person.username]));
}

function shownOf({ id, permalink, text, media }: Post): ReturnType<typeof readText> {
  return readText(id, permalink, text, media.length > 0);
}

function dataOf({ about }: X, post: Post, c: Context): Record<string, unknown> {
  const fields = (c.req.query("tweet.fields") ?? "").split(",");
  const { text, urls } = shownOf(post);
  const { mediaKeys = [], replyTo = null } = about.get(post.id) ?? {};
  return {
    id: post.id,
    text,
    edit_history_tweet_ids: [post.id],
    ...fields.includes("created_at") ? { created_at: post.at.toISOString() } : {},
    ...fields.includes("author_id") ? { author_id: post.account } : {},
    ...fields.includes("entities") && urls.length > 0 ? { entities: { urls } } : {},
    ...fields.includes("attachments") && mediaKeys.length > 0
      ? { attachments: { media_keys: mediaKeys } }
      : {},
    ...fields.includes("referenced_tweets") && replyTo !== null
      ? { referenced_tweets: [{ type: "replied_to", id: replyTo }] }
      : {},
  };
}

/** Newest first, a page at a time; `start_time`, `end_time` and `since_id` narrow it. */
function timeline(x: X, person: Person, c: Context): Response {
  const most = Number(c.req.query("max_results") ?? 10);
  if (!Number.isInteger(most) || most < 5 || most > 100) {
    return problem(invalid(`The max_results query parameter value [${most}] is not between 5 and 100`));
  }
  const from = Date.parse(c.req.query("start_time") ?? "") || -Infinity;
  const to = Date.parse(c.req.query("end_time") ?? "") || Infinity;
  const since = BigInt(/^\d{1,19}$/.exec(c.req.query("since_id") ?? "")?.[0] ?? 0);
  const skip = Number(/^p(\d+)$/.exec(c.req.query("pagination_token") ?? "")?.[1] ?? 0);
  const all = x.world.books.visibleOf(person.id).filter((post) =>
    post.at.getTime() >= from && post.at.getTime() < to && BigInt(post.id) > since
  );
  const page = all.slice(skip, skip + most);
  const meta = {
    result_count: page.length,
    ...page[0] ? { newest_id: page[0].id, oldest_id: page.at(-1)?.id } : {},
    ...all.length > skip + most ? { next_token: `p${skip + most}` } : {},
  };
  return Response.json(page.length > 0 ? { data: page.map((post) => dataOf(x, post, c)), meta } : { meta });
}
