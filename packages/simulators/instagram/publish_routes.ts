/** Publishing: a container, and the call that makes a post of it. */
import type { Commit, Post } from "../social/books.ts";
import { wishOf, wrongWith } from "./container_wish.ts";
import type { Container } from "./containers.ts";
import {
  badParameter,
  type GraphError,
  graphError,
  MEDIA_ERRORS,
  notThere,
  POSTING_LIMIT,
} from "../graph/graph_errors.ts";
import { accountOf, PUBLISHES } from "./permissions.ts";
import { asCaller, asPublisher } from "../graph/calls.ts";
import type { Instagram } from "./world.ts";

/** Adds `POST /{account}/media`, `POST /{account}/media_publish` and what says how many posts are left. */
export function addPublishRoutes(instagram: Instagram): void {
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
      account ? { id: account.id, username: account.username } : null,
      (call, commit) => {
        const own = accountOf(instagram, call.access, c.req.param("account"));
        if (!own) return graphError(notThere(c.req.param("account")));
        const container = containers.get(call.parameters.get("creation_id") ?? "");
        if (!container || container.account !== own) return graphError(MEDIA_ERRORS.notFound);
        const refusal = unpublishable(instagram, container);
        if (refusal) return graphError(refusal);
        const quota = world.quota("posts", instagram.postLimit);
        if (!quota.take(own.id)) return graphError(POSTING_LIMIT);
        const post = publish(instagram, container, commit);
        return Response.json({ id: post.id });
      },
    );
  });

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

function publish({ world }: Instagram, container: Container, commit: Commit): Post {
  const { account, caption, media, mediaType, texts } = container;
  const id = `180${String(Date.now()).slice(-8)}${String(world.books.posts.length + 1).padStart(6, "0")}`;
  const word = mediaType === "REELS" ? "reel" : mediaType === "STORIES" ? `stories/${account.username}` : "p";
  const post = world.books.post(commit, {
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
