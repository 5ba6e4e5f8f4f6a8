/** Posting, and reading what was posted. */
import type { Context } from "hono";
import { z } from "zod";
import { Snowflakes } from "../kit/snowflake.ts";
import type { Commit, Post } from "../social/books.ts";
import type { Access } from "../social/tokens.ts";
import { readLittle } from "./little_text.ts";
import type { Media } from "./media.ts";
import { denied, invalid, notFound, type Problem, problem, wrongInput } from "./problems.ts";
import { asMember, asPoster, isAuthor, type LinkedIn, usernameOf } from "./world.ts";

const LONGEST = 3000;
const MOST = 100;

const file = z.strictObject({ id: z.string(), title: z.string().optional(), altText: z.string().optional() });
const submission = z.strictObject({
  author: z.string(),
  commentary: z.string(),
  visibility: z.enum(["PUBLIC", "CONNECTIONS", "LOGGED_IN"]),
  distribution: z.strictObject({
    feedDistribution: z.enum(["MAIN_FEED", "NONE"]),
    targetEntities: z.array(z.unknown()).optional(),
    thirdPartyDistributionChannels: z.array(z.unknown()).optional(),
  }),
  content: z.strictObject({
    media: file.optional(),
    multiImage: z.strictObject({ images: z.array(file).min(2).max(20) }).optional(),
    article: z.strictObject({ source: z.url(), title: z.string(), description: z.string().optional() })
      .optional(),
  }).optional(),
  lifecycleState: z.literal("PUBLISHED"),
  isReshareDisabledByAuthor: z.boolean().optional(),
});
type Submission = z.infer<typeof submission>;

/** Adds `POST /rest/posts`, `GET /rest/posts?q=author` and `GET /rest/posts/:urn`. */
export function addPostRoutes(linkedIn: LinkedIn): void {
  const { app, world } = linkedIn;
  const ids = new Snowflakes();

  app.post("/rest/posts", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const { author = "", commentary = "" } = stringsOf(body);
    const texts = [readLittle(commentary).shown, commentary, usernameOf(linkedIn, author) ?? ""];
    const scopes = [author.startsWith("urn:li:organization:") ? "w_organization_social" : "w_member_social"];
    return await asPoster(linkedIn, c.req.raw, { texts, author, scopes }, (who, commit) => {
      const read = submission.safeParse(body);
      if (!read.success) return problem(wrongShape(read.error));
      if (!isAuthor(linkedIn, who, author)) return problem(denied("posts.CREATE"));
      const files = filesOf(linkedIn, read.data);
      const wrong = "status" in files ? files : wrongWith(linkedIn, read.data, files);
      if (wrong) return problem(wrong);
      const post = enter(linkedIn, commit, who, read.data, files as Media[], ids.next());
      return new Response(null, {
        status: 201,
        headers: { "x-restli-id": post.id, "x-linkedin-id": post.id },
      });
    });
  });

  app.get("/rest/posts", (c) => {
    const author = c.req.query("author") ?? "";
    const need = { path: "posts", scopes: [readScope(author)], what: "posts.FINDER-author" } as const;
    return asMember(
      linkedIn,
      c.req.raw,
      need,
      (who) =>
        isAuthor(linkedIn, who, author)
          ? postsOf(linkedIn, author, c)
          : problem(denied("posts.FINDER-author")),
    );
  });

  app.get("/rest/posts/:urn", (c) => {
    const post = world.books.visible(c.req.param("urn"));
    const need = {
      path: "post",
      scopes: post ? [readScope(post.account)] : READS,
      what: "posts.GET",
    } as const;
    return asMember(
      linkedIn,
      c.req.raw,
      need,
      () => post ? Response.json(shown(linkedIn, post)) : problem(notFound("post")),
    );
  });
}

const READS = ["r_organization_social", "r_member_social"];

function readScope(author: string): string {
  return author.startsWith("urn:li:organization:") ? "r_organization_social" : "r_member_social";
}

function stringsOf(body: unknown): { author?: string; commentary?: string } {
  const read = z.looseObject({
    author: z.string().optional().catch(undefined),
    commentary: z.string().optional().catch(undefined),
  }).safeParse(body).data;
  return {
    ...read?.author === undefined ? {} : { author: read.author },
    ...read?.commentary === undefined ? {} : { commentary: read.commentary },
  };
}

function wrongShape({ issues: [issue] }: z.ZodError): Problem {
  const field = `/${issue?.path.join("/") ?? ""}`;
  return { status: 422, message: `ERROR :: ${field} :: ${issue?.message ?? "is not valid"}\n` };
}

/** The files of a post; or what is wrong with them. */
function filesOf({ media, world }: LinkedIn, { author, content, commentary }: Submission): Media[] | Problem {
  const urns = [content?.media, ...content?.multiImage?.images ?? []].flatMap((one) => one?.id ?? []);
  const files: Media[] = [];
  for (const urn of urns) {
    const found = media.byUrn(urn);
    if (!found || found.urn !== urn) return wrongInput(400, "INVALID_URN_ID", `${urn} is not there`);
    if (found.owner !== author) {
      return wrongInput(
        400,
        "INVALID_CONTENT_OWNERSHIP",
        "One or more of the contents is not owned by the author",
      );
    }
    const status = media.statusOf(found);
    if (status === "WAITING_UPLOAD") {
      return wrongInput(400, "MEDIA_ASSET_WAITING_UPLOAD", `${urn} was not uploaded`);
    }
    if (status === "PROCESSING_FAILED" || found.whole?.isSecretlyFailed) {
      return wrongInput(400, "MEDIA_ASSET_PROCESSING_FAILED", `${urn} cannot be processed`);
    }
    files.push(found);
  }
  const isEarly = urns.length > 0 && world.faults.take("media_not_ready", [readLittle(commentary).shown]);
  return isEarly ? wrongInput(400, "MEDIA_ASSET_NOT_READY", `${urns[0]} is being processed`) : files;
}

function wrongWith(linkedIn: LinkedIn, wish: Submission, files: readonly Media[]): Problem | undefined {
  const { shown } = readLittle(wish.commentary);
  if (shown.length > LONGEST) {
    return wrongInput(422, "FIELD_LENGTH_TOO_LONG", `commentary has ${shown.length} characters`);
  }
  if (shown.trim() === "" && files.length === 0 && !wish.content?.article) {
    return wrongInput(422, "MISSING_FIELD", "A post needs a commentary or content");
  }
  if (wish.content?.multiImage && files.some(({ kind }) => kind !== "image")) {
    return wrongInput(400, "INVALID_URN_TYPE", "All of a multiImage must be images");
  }
  const isCalled = linkedIn.world.faults.take("calls_duplicate", [
    shown,
    usernameOf(linkedIn, wish.author) ?? "",
  ]);
  const twin = duplicateOf(linkedIn, wish, shown, files);
  // Where it is only called one, the post that it names is nobody's.
  const named = twin?.id ?? (isCalled ? "urn:li:share:7000000000000000001" : undefined);
  return named === undefined
    ? undefined
    : wrongInput(422, "DUPLICATE_POST", `Content is a duplicate of ${named}`);
}

/** How LinkedIn knows duplicates is not documented. Here: the same words with the same files or page, by the same author. */
function duplicateOf(
  { world, about, duplicateMs }: LinkedIn,
  { author, content }: Submission,
  shown: string,
  files: readonly Media[],
): Post | undefined {
  const since = world.clock.now() - duplicateMs;
  const hashes = files.map(({ whole }) => whole?.sha256).join();
  return world.books.posts.find((post) =>
    post.account === author && post.text === shown && post.at.getTime() > since &&
    (about.get(post.id)?.article ?? null) === (content?.article?.source ?? null) &&
    post.media.map(({ sha256 }) => sha256).join() === hashes
  );
}

function enter(
  linkedIn: LinkedIn,
  commit: Commit,
  { family: { person } }: Access,
  { author, commentary, content }: Submission,
  files: readonly Media[],
  id: string,
): Post {
  const { world, about } = linkedIn;
  const { shown, kept } = readLittle(commentary);
  const urn = `urn:li:${files.some(({ kind }) => kind !== "image") ? "ugcPost" : "share"}:${id}`;
  const username = usernameOf(linkedIn, author) ?? person.username;
  const alts = [content?.media, ...content?.multiImage?.images ?? []].flatMap((one) =>
    one ? [one.altText] : []
  );
  const post = world.books.post(commit, {
    id: urn,
    kind: content?.article ? "article" : files[0]?.kind ?? "text",
    account: author,
    username,
    text: shown,
    media: files.map(({ whole }, n) => ({
      sha256: whole?.sha256 ?? "",
      type: whole?.type ?? "",
      bytes: whole?.bytes ?? 0,
      altText: alts[n] ?? null,
    })),
    permalink: `https://www.linkedin.com/feed/update/${urn}`,
  }, world.lagOf([shown, username]));
  const article = content?.article?.source ?? null;
  about.set(urn, { little: kept, mediaUrns: files.map(({ urn }) => urn), article, person });
  return post;
}

/** Newest first, a page at a time. */
function postsOf(linkedIn: LinkedIn, author: string, c: Context): Response {
  if (c.req.query("q") !== "author") return problem(invalid("q must be author"));
  const [start, count] = [Number(c.req.query("start") ?? 0), Number(c.req.query("count") ?? 10)];
  const isPage = Number.isInteger(start) && start >= 0 && Number.isInteger(count) && count >= 1 &&
    count <= MOST;
  if (!isPage) return problem(invalid("start and count are no page"));
  const all = linkedIn.world.books.visibleOf(author);
  return Response.json({
    elements: all.slice(start, start + count).map((post) => shown(linkedIn, post)),
    paging: { start, count, links: [], total: all.length },
  });
}

function shown({ about }: LinkedIn, { id, account, at }: Post): Record<string, unknown> {
  const { little = "", mediaUrns = [], article = null } = about.get(id) ?? {};
  const images = mediaUrns.map((urn) => ({ id: urn }));
  const content = images.length > 1
    ? { multiImage: { images } }
    : images[0]
    ? { media: images[0] }
    : article === null
    ? undefined
    : { article: { source: article } };
  return {
    id,
    author: account,
    commentary: little,
    visibility: "PUBLIC",
    lifecycleState: "PUBLISHED",
    createdAt: at.getTime(),
    publishedAt: at.getTime(),
    ...content ? { content } : {},
  };
}
