/** Publishing: a container, its status, the publish itself, and reads of what came of it. */
import type { Post } from "../social/books.ts";
import type { Access } from "../social/tokens.ts";
import type { Container, MediaType, StatusCode } from "./containers.ts";
import {
  badParameter,
  type GraphError,
  graphError,
  MEDIA_ERRORS,
  notThere,
  POSTING_LIMIT,
} from "./graph_errors.ts";
import type { Account } from "./pages.ts";
import { fieldsOf, listOf, picked } from "./parameters.ts";
import { accountView } from "./profile_routes.ts";
import { asCaller, asPublisher, type Call, type Instagram } from "./world.ts";

const PUBLISHES = {
  facebook: ["instagram_basic", "instagram_content_publish"],
  instagram: ["instagram_business_basic", "instagram_business_content_publish"],
} as const;
const READS = { facebook: ["instagram_basic"], instagram: ["instagram_business_basic"] } as const;
const LONGEST_CAPTION = 2200;

const STATUS_WORDS: Readonly<Record<StatusCode, string>> = {
  IN_PROGRESS: "In Progress: Media is still being processed.",
  FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
  PUBLISHED: "Published: Media has been published.",
  EXPIRED: "Expired: The container was not published within 24 hours.",
  ERROR: "Error: Media upload has failed with error code ",
};

/** Adds them. Paths are without their version. */
export function addMediaRoutes(instagram: Instagram): void {
  const { app, containers, pages, world } = instagram;

  app.post("/:account/media", (c) =>
    asCaller(instagram, c.req.raw, {
      path: "container",
      scopes: PUBLISHES,
      texts: (parameters) =>
        ["caption", "image_url", "video_url"].flatMap((name) => parameters.get(name) ?? []),
    }, async (call) => {
      const account = accountOf(instagram, call.access, c.req.param("account"));
      if (!account) return graphError(notThere(c.req.param("account")));
      const wrong = wrongWith(instagram, call.parameters);
      if (wrong) return graphError(wrong);
      const container = await containers.make(wishOf(instagram, account, call));
      const isTold = container.failure !== null && !container.isVideo && container.address !== null &&
        !container.faults.processing_fails && !container.faults.slow_download;
      return isTold && container.failure
        ? graphError(container.failure)
        : Response.json({ id: container.id });
    }));

  app.post("/:account/media_publish", async (c) => {
    const account = pages.account(c.req.param("account"));
    return await asPublisher(
      instagram,
      c.req.raw,
      {
        path: "commit",
        scopes: PUBLISHES,
        texts: (given) => containers.get(given.get("creation_id") ?? "")?.texts ?? [],
      },
      account,
      (call, commit) => {
        const own = accountOf(instagram, call.access, c.req.param("account"));
        if (!own) return graphError(notThere(c.req.param("account")));
        const container = containers.get(call.parameters.get("creation_id") ?? "");
        if (!container || container.account !== own) return graphError(MEDIA_ERRORS.notFound);
        const refusal = unpublishable(instagram, container);
        if (refusal) return graphError(refusal);
        const quota = world.quota("posts", instagram.postLimit);
        if (!quota.take(own.id)) return graphError(POSTING_LIMIT);
        const post = publish(instagram, container, (about, lagMs) => world.books.post(commit, about, lagMs));
        return Response.json({ id: post.id });
      },
    );
  });

  app.get(
    "/:account/media",
    (c) =>
      asCaller(instagram, c.req.raw, { path: "feed", scopes: READS }, ({ access, parameters }) => {
        const account = accountOf(instagram, access, c.req.param("account"));
        if (!account) return graphError(notThere(c.req.param("account")));
        const limit = Math.max(1, Math.min(100, Number(parameters.get("limit") ?? 25) || 25));
        const fields = fieldsOf(parameters.get("fields"));
        const posts = world.books.visibleOf(account.id).slice(0, limit);
        return Response.json({ data: posts.map((post) => picked(postView(post), fields)) });
      }),
  );

  app.get(
    "/:account/content_publishing_limit",
    (c) =>
      asCaller(instagram, c.req.raw, { path: "limit", scopes: PUBLISHES }, ({ access }) => {
        const account = accountOf(instagram, access, c.req.param("account"));
        if (!account) return graphError(notThere(c.req.param("account")));
        const { limit, windowMs } = instagram.postLimit;
        const { remaining } = world.quota("posts", instagram.postLimit).standing(account.id);
        return Response.json({
          data: [{
            quota_usage: limit - remaining,
            config: { quota_total: limit, quota_duration: Math.round(windowMs / 1000) },
          }],
        });
      }),
  );

  app.get("/:id", async (c) => {
    const id = c.req.param("id");
    const container = containers.get(id);
    const account = pages.account(id);
    const path = container ? "status" : account ? "me" : "media";
    const post = world.books.posts.find((post) => post.id === id);
    const texts = container?.texts ?? (post ? [post.text, post.username] : [id]);
    return await asCaller(instagram, c.req.raw, { path, scopes: READS, texts: () => texts }, (call) => {
      const fields = fieldsOf(call.parameters.get("fields"));
      if (account && accountOf(instagram, call.access, id)) {
        return Response.json(picked(accountView(world.url, account), fields));
      }
      if (container && accountOf(instagram, call.access, container.account.id)) {
        return Response.json(picked(containerView(instagram, container), fields));
      }
      const visible = world.books.visible(id);
      const isOwn = visible && accountOf(instagram, call.access, visible.account);
      if (!isOwn || world.faults.take("permalink_fails", texts)) return graphError(notThere(id));
      return Response.json(picked(postView(visible), fields));
    });
  });
}

/** The account of this id, where the token is good for it. */
function accountOf({ pages }: Instagram, { family, of }: Access, id: string): Account | undefined {
  const own = pages.of(family.person);
  if (family.door === "instagram") {
    const account = pages.first(family.person);
    return account && (id === account.id || id === "me") ? account : undefined;
  }
  return own.find((page) => page.account?.id === id && (of === undefined || page.id === of))?.account ??
    undefined;
}

/** What is wrong with a wish for a container, before anything is fetched. */
function wrongWith({ containers }: Instagram, parameters: URLSearchParams): GraphError | undefined {
  const type = parameters.get("media_type") ?? "IMAGE";
  if (!["IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL"].includes(type)) {
    return badParameter("Param media_type is not valid", 2207023);
  }
  const isItem = parameters.get("is_carousel_item") === "true";
  if (type === "VIDEO" && !isItem) return MEDIA_ERRORS.onlyReels;
  const caption = parameters.get("caption") ?? "";
  const tags = caption.match(/(?<![\p{L}\p{N}_])#[\p{L}\p{N}_]+/gu)?.length ?? 0;
  const mentions = caption.match(/(?<![\p{L}\p{N}_])@[\w.]+/gu)?.length ?? 0;
  if ([...caption].length > LONGEST_CAPTION || tags > 30 || mentions > 20) return MEDIA_ERRORS.caption;
  const [image, video] = [parameters.get("image_url"), parameters.get("video_url")];
  if (type === "CAROUSEL") {
    return wrongCarousel(listOf(parameters.get("children")).map((id) => containers.get(id)));
  }
  if (!image && !video) return badParameter("The parameter image_url is required");
  if (image && video) return badParameter("Only one of image_url and video_url can be given");
  if (!URL.canParse(image ?? video ?? "")) return MEDIA_ERRORS.notFetched;
  if (type === "REELS" && !video) return badParameter("The parameter video_url is required");
  if (type === "IMAGE" && video) return badParameter("The parameter image_url is required");
  if (parameters.has("alt_text") && video) return badParameter("alt_text is for images only");
  return undefined;
}

function wrongCarousel(children: readonly (Container | undefined)[]): GraphError | undefined {
  if (children.length < 2 || children.length > 10) return MEDIA_ERRORS.carousel;
  if (children.some((child) => !child?.isCarouselItem)) return MEDIA_ERRORS.notFound;
  return undefined;
}

function wishOf(
  { containers }: Instagram,
  account: Account,
  { access, parameters }: Call,
): Parameters<Instagram["containers"]["make"]>[0] {
  const address = parameters.get("image_url") ?? parameters.get("video_url");
  const children = listOf(parameters.get("children")).flatMap((id) => containers.get(id) ?? []);
  const caption = parameters.get("caption") ?? "";
  return {
    account,
    app: access.family.app,
    mediaType: (parameters.get("media_type") ?? "IMAGE") as MediaType,
    caption,
    altText: parameters.get("alt_text"),
    address,
    isVideo: parameters.has("video_url"),
    isCarouselItem: parameters.get("is_carousel_item") === "true",
    children,
    texts: [...caption === "" ? [] : [caption], ...address === null ? [] : [address], account.username],
  };
}

/** Why a container cannot be published now. */
function unpublishable({ containers }: Instagram, container: Container): GraphError | undefined {
  switch (containers.statusOf(container)) {
    case "FINISHED":
      if (!container.secretFailure) return undefined;
      container.failure = container.secretFailure;
      return container.secretFailure;
    case "IN_PROGRESS":
      return MEDIA_ERRORS.notReady;
    case "EXPIRED":
      return MEDIA_ERRORS.expired;
    case "ERROR":
      return container.failure ?? MEDIA_ERRORS.upload;
    // What is said of a second publish is not documented. It makes no second post.
    case "PUBLISHED":
      return badParameter("The media has already been published.");
  }
}

function publish(
  { world }: Instagram,
  container: Container,
  enter: (about: Omit<Post, "at" | "visibleAt" | "commit">, lagMs: number) => Post,
): Post {
  const { account, caption, media, mediaType, texts } = container;
  const id = `180${String(Date.now()).slice(-8)}${String(world.books.posts.length + 1).padStart(6, "0")}`;
  const word = mediaType === "REELS" ? "reel" : mediaType === "STORIES" ? `stories/${account.username}` : "p";
  const post = enter({
    id,
    kind: mediaType,
    account: account.id,
    username: account.username,
    text: caption,
    media,
    permalink: `https://www.instagram.com/${word}/${BigInt(id).toString(36)}/`,
  }, world.lagOf(texts));
  container.postId = post.id;
  return post;
}

function containerView({ containers, world }: Instagram, container: Container): Record<string, unknown> {
  const odd = world.faults.take("unknown_status", container.texts)?.word;
  const code = containers.statusOf(container);
  const words = code === "ERROR"
    ? `${STATUS_WORDS.ERROR}${container.failure?.subcode ?? 2207053}`
    : STATUS_WORDS[code];
  return { id: container.id, status_code: odd ?? code, status: odd ?? words };
}

function postView(
  { id, kind, text, permalink, at, username, account, media }: Post,
): Record<string, unknown> {
  const product = kind === "REELS" ? "REELS" : kind === "STORIES" ? "STORY" : "FEED";
  const isVideo = media[0]?.type.startsWith("video/") ?? false;
  return {
    id,
    caption: text === "" ? undefined : text,
    permalink,
    timestamp: at.toISOString().replace(/\.\d+Z$/, "+0000"),
    username,
    owner: { id: account },
    media_product_type: product,
    media_type: kind === "CAROUSEL" ? "CAROUSEL_ALBUM" : isVideo ? "VIDEO" : "IMAGE",
    shortcode: permalink.split("/").at(-2),
  };
}
