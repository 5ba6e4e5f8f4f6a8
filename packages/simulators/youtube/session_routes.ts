/** The pieces of an upload: `PUT` to a session's address. Whoever has all bytes there has a video. */
import { lookAt } from "../social/media_look.ts";
import type { Commit } from "../social/books.ts";
import { bad, notFound, refused } from "./errors.ts";
import { type Session, UNIT } from "./sessions.ts";
import type { Video } from "./videos.ts";
import { asCaller, asPublisher, UPLOAD, type YouTube } from "./world.ts";

const GONE = notFound("notFound", "The upload is not there.");

/** What a Content-Range says: from where to where (not included) of how many; no place: how much is there is asked. */
interface Place {
  readonly place: { from: number; to: number } | null;
  readonly total: number;
}

/** Adds it. */
export function addSessionRoute(youtube: YouTube): void {
  const { app, sessions } = youtube;
  app.put("/upload/youtube/v3/videos", async (c) => {
    const session = sessions.of(c.req.query("upload_id") ?? "");
    if (!session) {
      await discard(c.req.raw);
      return refused(GONE);
    }
    const asked = placeIn(c.req.header("content-range"), session.total);
    if (!asked || asked.total !== session.total) {
      await discard(c.req.raw);
      return refused(bad("badRequest", "Failed to parse Content-Range header.", "global"));
    }
    const texts = [session.wish.description, session.wish.title, session.person.username];
    const { place } = asked;
    if (place === null) {
      // Whoever asks while a piece comes is told once that has: what YouTube does then is not documented.
      return await asCaller(
        youtube,
        c.req.raw,
        { path: "probe", scopes: [UPLOAD], texts },
        () =>
          sessions.inTurn(session, () => {
            session.probes++;
            return Promise.resolve(standing(youtube, session, texts, "probe"));
          }),
      );
    }
    const work = (commit: Commit | null) =>
      sessions.inTurn(session, () => taken(youtube, c.req.raw, session, { ...place, texts, commit }));
    if (place.to === session.total) {
      return await asPublisher(youtube, c.req.raw, texts, (_, commit) => work(commit));
    }
    return await asCaller(youtube, c.req.raw, { path: "chunk", scopes: [UPLOAD], texts }, () => work(null));
  });
}

function placeIn(range: string | undefined, total: number): Place | null {
  if (range === undefined) return { place: { from: 0, to: total }, total };
  const read = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15})$/.exec(range);
  if (!read) return null;
  const [, from, last, of] = read;
  if (from === undefined || last === undefined) return { place: null, total: Number(of) };
  const place = { from: Number(from), to: Number(last) + 1 };
  return place.to > place.from && place.to <= Number(of) ? { place, total: Number(of) } : null;
}

/** Takes a piece; `commit`: it is that with the last byte. */
async function taken(
  youtube: YouTube,
  request: Request,
  session: Session,
  { from, to, texts, commit }: { from: number; to: number; texts: readonly string[]; commit: Commit | null },
): Promise<Response> {
  const { sessions, world: { faults } } = youtube;
  const path = commit ? "commit" : "chunk";
  const { bytes, isWhole } = await bodyOf(request);
  if (faults.take("session_expires", texts, (fault) => fault.path === path)) session.isExpired = true;
  if (session.videoId !== null || sessions.isGone(session)) {
    return await standing(youtube, session, texts, path);
  }
  if (!isWhole) {
    // What has come of a piece whose sender is gone is kept in whole units.
    await sessions.take(session, from, bytes.subarray(0, Math.floor(bytes.length / UNIT) * UNIT), Infinity);
    return standing(youtube, session, texts, path);
  }
  if (bytes.length !== to - from) {
    return refused(bad("badRequest", "The body is not as long as it says.", "global"));
  }
  if (to < session.total && bytes.length % UNIT !== 0) {
    return refused(bad("badRequest", "Pieces are multiples of 256 KiB.", "global"));
  }
  const broken = faults.take("breaks_mid_chunk", texts);
  const less = faults.take("keeps_less", texts);
  const most = broken ? bytes.length / 2 : less ? bytes.length * less.share : Infinity;
  const wrong = await sessions.take(session, from, bytes, Math.floor(most));
  if (wrong !== undefined) return refused(bad("badRequest", wrong, "global"));
  if (broken) return new Response(`<h1>${broken.status}</h1>`, { status: broken.status });
  if (session.received < session.total || commit === null) return standing(youtube, session, texts, path);
  return Response.json(resourceOf(await made(youtube, session, texts, commit)), { status: 201 });
}

/** How a session stands. */
function standing(
  { sessions, videos, world: { faults } }: YouTube,
  session: Session,
  texts: readonly string[],
  path: "probe" | "chunk" | "commit",
): Response {
  if (path === "probe" && faults.take("session_expires", texts, (fault) => fault.path === path)) {
    session.isExpired = true;
  }
  if (sessions.isGone(session)) return refused(GONE);
  const video = session.videoId === null ? undefined : videos.of(session.videoId);
  if (video) return Response.json(resourceOf(video));
  const odd = faults.take("odd_range", texts);
  const range = odd ? odd.range : session.received > 0 ? `bytes=0-${session.received - 1}` : "";
  return new Response(null, { status: 308, headers: range === "" ? {} : { range } });
}

async function made(
  { world, videos, sessions, channelLimit }: YouTube,
  session: Session,
  texts: readonly string[],
  commit: Commit,
): Promise<Video> {
  const { type } = lookAt(session.head);
  const { channel, person, wish, total } = session;
  const lagMs = world.lagOf(texts);
  const video = videos.make(channel, wish, { texts, isVideo: type.startsWith("video/"), lagMs });
  await sessions.finish(session, video.id);
  world.quota("videos", channelLimit).count(channel.id);
  if (video.failing && !video.failing.said) {
    // It is taken, and nothing that anybody could watch comes of it: it is in no book of posts.
    commit.outcome = "posted";
    commit.postId = video.id;
    return video;
  }
  world.books.post(commit, {
    id: video.id,
    kind: "video",
    account: channel.id,
    username: person.username,
    text: wish.description,
    media: [{ sha256: session.sha256 ?? "", bytes: total, type, altText: null }],
    permalink: `https://www.youtube.com/watch?v=${video.id}`,
  }, lagMs);
  return video;
}

/** The video as it is answered once its last byte is there: whatever comes of it, it is uploaded. */
function resourceOf({ id, wish, channel, at }: Video): Record<string, unknown> {
  return {
    kind: "youtube#video",
    id,
    snippet: {
      title: wish.title,
      description: wish.description,
      channelId: channel.id,
      publishedAt: new Date(at).toISOString(),
    },
    status: { uploadStatus: "uploaded", privacyStatus: wish.privacy },
  };
}

/** The body, or as much of it as came before its sender was gone. */
async function bodyOf(request: Request): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let isWhole = true;
  try {
    for await (const part of request.body ?? []) parts.push(part);
  } catch {
    isWhole = false;
  }
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, isWhole };
}

async function discard(request: Request): Promise<void> {
  await request.body?.cancel().catch(() => {});
}
