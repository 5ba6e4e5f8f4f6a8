/** Reads: what a page has posted, and what a post, a video or a page is. */
import type { Context } from "hono";
import { asCaller } from "../graph/calls.ts";
import { graphError, notThere } from "../graph/graph_errors.ts";
import { fieldsOf, picked } from "../graph/parameters.ts";
import type { Post } from "../social/books.ts";
import { readerOf, READS } from "./page_access.ts";
import { postView } from "./posts.ts";
import { pageAnswer } from "./profile_routes.ts";
import { videoView } from "./video_view.ts";
import type { Facebook } from "./world.ts";

const KINDS: Readonly<Record<string, readonly string[]>> = {
  published_posts: ["post", "video", "reel"],
  feed: ["post", "video", "reel"],
  videos: ["video", "reel"],
  stories: ["story"],
};

/** Adds the lists of a page and `GET /{id}`, the last of all routes. */
export function addReadRoutes(facebook: Facebook): void {
  const { app } = facebook;
  for (const [edge, kinds] of Object.entries(KINDS)) {
    app.get(`/:page/${edge}`, (c) => list(facebook, c, c.req.param("page"), kinds));
  }
  app.get("/:id", (c) => one(facebook, c, c.req.param("id")));
}

/** A list, newest first, a page at a time. */
async function list(
  facebook: Facebook,
  c: Context,
  page: string,
  kinds: readonly string[],
): Promise<Response> {
  const { world } = facebook;
  return await asCaller(facebook, c.req.raw, { path: "feed", scopes: READS }, ({ access, parameters }) => {
    if (!readerOf(facebook, access, page)) return graphError(notThere(page));
    const since = Number(parameters.get("since") ?? 0) * 1000;
    const limit = Math.max(1, Math.min(100, Number(parameters.get("limit") ?? 25) || 25));
    const after = parameters.get("after");
    const all = world.books.visibleOf(page)
      .filter(({ kind, at }) => kinds.includes(kind) && !(at.getTime() < since));
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(from, from + limit);
    const last = shown.at(-1);
    const next = new URL(c.req.url);
    if (last) next.searchParams.set("after", last.id);
    const fields = fieldsOf(parameters.get("fields"));
    return Response.json({
      data: shown.map((post) => viewOf(facebook, post, fields)),
      ...last
        ? {
          paging: {
            cursors: { after: last.id },
            ...from + shown.length < all.length ? { next: next.href } : {},
          },
        }
        : {},
    });
  });
}

/** Stories have no id of their own in lists: their post has. */
function viewOf(facebook: Facebook, post: Post, fields: readonly string[]): Record<string, unknown> {
  const view = picked(postView(facebook, post), fields);
  if (post.kind === "story") delete view.id;
  return view;
}

async function one(facebook: Facebook, c: Context, id: string): Promise<Response> {
  const { world, videos, pages } = facebook;
  const video = videos.get(id);
  const post = world.books.posts.find((post) => post.id === id);
  const path = video ? "status" : pages.page(id) ? "me" : "post";
  const texts = video ? videos.textsOf(video) : post ? [post.text, post.username] : [id];
  return await asCaller(facebook, c.req.raw, { path, scopes: READS, texts: () => texts }, (call) => {
    const fields = fieldsOf(call.parameters.get("fields"));
    const page = readerOf(facebook, call.access, id)?.page;
    if (page) return pageAnswer(facebook, call.access, page, fields);
    const isLost = world.faults.take("permalink_fails", texts) !== undefined;
    if (video && !isLost && readerOf(facebook, call.access, video.page)) {
      return Response.json(picked(videoView(facebook, video), fields));
    }
    const visible = world.books.visible(id);
    const isOwn = visible && readerOf(facebook, call.access, visible.account) !== undefined;
    if (!isOwn || isLost) return graphError(notThere(id));
    return Response.json(picked(postView(facebook, visible), fields));
  });
}
