/** Reads: whose channel it is, what it has uploaded, and how a video stands. */
import type { Context } from "hono";
import type { Channel } from "./channels.ts";
import { bad, notFound, refused } from "./errors.ts";
import type { Video } from "./videos.ts";
import { asCaller, READ, type YouTube } from "./world.ts";

/** Adds `GET /youtube/v3/channels`, `…/playlistItems` and `…/videos`. */
export function addReadRoutes(youtube: YouTube): void {
  const { app, channels, videos, world } = youtube;
  const paging = (c: Context, all: number) => {
    const most = Number(c.req.query("maxResults") ?? 5);
    const from = Number(/^P(\d{1,9})$/.exec(c.req.query("pageToken") ?? "P0")?.[1] ?? NaN);
    if (!Number.isInteger(most) || most < 0 || most > 50 || Number.isNaN(from)) return null;
    const next = from + most < all ? { nextPageToken: `P${from + most}` } : {};
    return {
      from,
      to: from + most,
      answer: { pageInfo: { totalResults: all, resultsPerPage: most }, ...next },
    };
  };
  const WRONG = refused(bad("invalidPageToken", "The page is not there.", "youtube.parameter"));

  app.get(
    "/youtube/v3/channels",
    (c) =>
      asCaller(youtube, c.req.raw, { path: "channels", scopes: [READ], cost: 1 }, ({ family }) => {
        const mine = c.req.query("mine") === "true" ? channels.of(family.person) : undefined;
        const page = paging(c, mine ? 1 : 0);
        if (!page) return WRONG.clone();
        const items = [mine].flatMap((channel) => channel ? [channelOf(world.url, channel)] : []);
        // Who has none is told of it by no items at all.
        return Response.json({
          kind: "youtube#channelListResponse",
          ...page.answer,
          ...items.length > 0 ? { items: items.slice(page.from, page.to) } : {},
        });
      }),
  );

  app.get(
    "/youtube/v3/playlistItems",
    (c) =>
      asCaller(youtube, c.req.raw, { path: "playlist", scopes: [READ], cost: 1 }, ({ family }) => {
        const channel = channels.of(family.person);
        if (!channel || c.req.query("playlistId") !== channel.uploads) {
          return refused(notFound("playlistNotFound", "The playlist cannot be found."));
        }
        const all = videos.visibleOf(channel);
        const page = paging(c, all.length);
        if (!page) return WRONG.clone();
        const items = all.slice(page.from, page.to).map(itemOf);
        return Response.json({ kind: "youtube#playlistItemListResponse", ...page.answer, items });
      }),
  );

  app.get("/youtube/v3/videos", (c) => {
    const ids = (c.req.query("id") ?? "").split(",").slice(0, 50);
    const texts = ids.flatMap((id) => {
      const video = videos.of(id);
      return video ? [video.wish.description, video.wish.title] : [];
    });
    return asCaller(youtube, c.req.raw, { path: "videos", scopes: [READ], texts, cost: 1 }, ({ family }) => {
      const channel = channels.of(family.person);
      const items = ids.flatMap((id) => {
        const video = videos.visible(id);
        if (!video || (video.wish.privacy === "private" && video.channel.id !== channel?.id)) return [];
        return [videoOf(youtube, video, texts)];
      });
      return Response.json({ kind: "youtube#videoListResponse", items });
    });
  });
}

function channelOf(url: string, { id, title, uploads, person }: Channel): Record<string, unknown> {
  const picture = { url: `${url}/channel_pictures/${person.id}.svg`, width: 88, height: 88 };
  return {
    kind: "youtube#channel",
    id,
    snippet: { title, customUrl: `@${person.username}`, thumbnails: { default: picture } },
    contentDetails: { relatedPlaylists: { likes: "", uploads } },
  };
}

function itemOf({ id, wish, channel, at }: Video): Record<string, unknown> {
  return {
    kind: "youtube#playlistItem",
    snippet: {
      publishedAt: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
      channelId: channel.id,
      title: wish.title,
      description: wish.description,
      playlistId: channel.uploads,
      resourceId: { kind: "youtube#video", videoId: id },
    },
    contentDetails: { videoId: id },
    status: { privacyStatus: wish.privacy },
  };
}

function videoOf(
  { videos, world }: YouTube,
  video: Video,
  texts: readonly string[],
): Record<string, unknown> {
  const odd = world.faults.take("unknown_status", texts)?.word;
  const { uploadStatus, ...reason } = videos.read(video);
  const processing = { uploaded: "processing", processed: "succeeded" }[uploadStatus] ?? "failed";
  return {
    kind: "youtube#video",
    id: video.id,
    status: {
      uploadStatus: odd ?? uploadStatus,
      ...odd === undefined ? reason : {},
      privacyStatus: video.wish.privacy,
      license: video.wish.license,
      embeddable: video.wish.embeddable,
      selfDeclaredMadeForKids: video.wish.madeForKids,
    },
    processingDetails: { processingStatus: odd ?? processing },
  };
}
