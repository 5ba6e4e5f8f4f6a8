/** Reads: where a container is, what an account has posted, and what a post is. */
import type { Post } from "../social/books.ts";
import type { Container, StatusCode } from "./containers.ts";
import { graphError, notThere } from "../graph/graph_errors.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import { accountOf, READS } from "./permissions.ts";
import { accountView } from "./profile_routes.ts";
import { asCaller } from "../graph/calls.ts";
import type { Instagram } from "./world.ts";

const STATUS_WORDS: Readonly<Record<StatusCode, string>> = {
  IN_PROGRESS: "In Progress: Media is still being processed.",
  FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
  PUBLISHED: "Published: Media has been published.",
  EXPIRED: "Expired: The container was not published within 24 hours.",
  ERROR: "Error: Media upload has failed with error code ",
};

/** Adds `GET /{account}/media` and `GET /{id}`, the last of all routes. */
export function addReadRoutes(instagram: Instagram): void {
  const { app, containers, pages, world } = instagram;

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
