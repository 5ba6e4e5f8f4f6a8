/** Videos of the feed, reels and stories of videos: begun, handed in at an address of its own, and published. */
import { asCaller, asPublisher, type Call } from "../graph/calls.ts";
import {
  badParameter,
  badToken,
  type GraphError,
  graphError,
  NO_TOKEN,
  notThere,
} from "../graph/graph_errors.ts";
import { parametersOf } from "../graph/parameters.ts";
import type { Commit } from "../social/books.ts";
import { REELS_LIMIT, VIDEO_ERRORS } from "./facebook_errors.ts";
import { accountOf, answerOf } from "./feed_routes.ts";
import { isError, posterOf, PUBLISHES } from "./page_access.ts";
import { enter, type Poster, refusalOf } from "./posts.ts";
import type { Video, VideoKind } from "./videos.ts";
import type { Facebook } from "./world.ts";

/** Adds `POST /{page}/videos`, `/video_reels`, `/video_stories` and `/video-upload/{version}/{video}`. */
export function addVideoRoutes(facebook: Facebook): void {
  const { app, videos } = facebook;

  app.post("/:page/videos", (c) =>
    asPublisher(
      facebook,
      c.req.raw,
      {
        path: "commit",
        scopes: PUBLISHES,
        texts: (given) => ["description", "title", "file_url"].flatMap((name) => given.get(name) ?? []),
      },
      accountOf(facebook, c.req.param("page")),
      (call, commit) =>
        answerOf(posterOf(facebook, call, c.req.param("page")), (poster) =>
          postVideo(facebook, poster, call, commit)),
    ));

  for (const [edge, kind] of [["video_reels", "reel"], ["video_stories", "story"]] as const) {
    app.post(`/:page/${edge}`, async (c) => {
      const page = c.req.param("page");
      const given = await parametersOf(c.req.raw.clone());
      const phase = given.get("upload_phase");
      if (phase === "start") {
        return await asCaller(
          facebook,
          c.req.raw,
          { path: "start", scopes: PUBLISHES },
          (call) => answerOf(posterOf(facebook, call, page), (poster) => begin(facebook, kind, poster)),
        );
      }
      const video = videos.get(given.get("video_id") ?? "");
      const texts = () => [
        ...["description", "title"].flatMap((name) => given.get(name) ?? []),
        ...video ? videos.textsOf(video) : [],
      ];
      return await asPublisher(
        facebook,
        c.req.raw,
        { path: "commit", scopes: PUBLISHES, texts },
        accountOf(facebook, page),
        (call, commit) =>
          answerOf(posterOf(facebook, call, page), (poster) => {
            if (phase !== "finish") return badParameter("Param upload_phase must be one of {start, finish}");
            return finish(facebook, poster, { video, kind, call, commit });
          }),
      );
    });
  }

  app.post("/video-upload/:version/:video", (c) => handIn(facebook, c.req.raw, c.req.param("video")));
}

function begin({ videos, world, versions }: Facebook, kind: VideoKind, { page, person }: Poster): Response {
  const video = videos.begin(kind, page.id, person.username);
  const isElsewhere = world.faults.take("upload_elsewhere", [person.username]);
  const at = isElsewhere ? "https://rupload.facebook.example" : world.url;
  return Response.json({
    video_id: video.id,
    upload_url: `${at}/video-upload/${versions.at(-1)}/${video.id}`,
  });
}

/** The token comes as `OAuth`, and the file's address in a header; bytes in the body are not taken here. */
async function handIn(facebook: Facebook, request: Request, id: string): Promise<Response> {
  const { world, videos } = facebook;
  const token = /^OAuth +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const video = videos.get(id);
  const address = request.headers.get("file_url") ?? "";
  const name = world.tokens.familyOf(token)?.person.username;
  const texts = [address, ...name === undefined ? [] : [name]];
  return await world.front.respond(request, { path: "upload", texts, token }, async () => {
    const look = world.look(token);
    if (look.is === "unknown") return graphError(NO_TOKEN);
    if (look.is !== "good") return graphError(badToken(look.why));
    const poster = video && posterOf(facebook, { access: look.access }, video.page);
    if (!video || !poster || isError(poster) || videos.isExpired(video)) return graphError(notThere(id));
    if (!URL.canParse(address)) {
      return refused("PartialRequestError", "The file_url header is missing", false);
    }
    if (world.faults.take("upload_expires", texts)) {
      video.expiresAt = world.clock.now();
      return refused("SessionExpiredError", "The upload session is gone", true);
    }
    if (world.faults.take("bytes_never_come", texts)) return Response.json({ success: true });
    if (video.uploading === "complete") return Response.json({ success: true });
    await videos.fetch(video, address);
    const isLost = (video.uploading as Video["uploading"]) === "error";
    return isLost
      ? refused("FileFetchError", "The file could not be fetched", true)
      : Response.json({ success: true });
  });
}

/** An error as the host of uploads words it. */
function refused(type: string, message: string, retriable: boolean): Response {
  return Response.json({ debug_info: { retriable, type, message } }, { status: 400 });
}

interface Finish {
  video: Video | undefined;
  kind: VideoKind;
  call: Call;
  commit: Commit;
}

function finish(
  facebook: Facebook,
  poster: Poster,
  { video, kind, call: { parameters }, commit }: Finish,
): Response | GraphError {
  if (!video || video.page !== poster.page.id || video.kind !== kind) {
    return notThere(parameters.get("video_id") ?? "");
  }
  if (video.uploading !== "complete" || !video.media) return VIDEO_ERRORS.noBytes;
  // What is said of a second publish is not documented. It makes no second post.
  if (video.finishedAt !== null) return Response.json({ success: true });
  if (facebook.videos.isExpired(video)) return notThere(video.id);
  if (kind === "reel" && !facebook.world.quota("reels", facebook.reelLimit).take(poster.page.id)) {
    return REELS_LIMIT;
  }
  const refusal = refusalOf(facebook, poster);
  if (refusal) return refusal;
  const text = kind === "story" ? "" : parameters.get("description") ?? "";
  const post = publish(facebook, poster, video, commit, { text, title: parameters.get("title") ?? "" });
  return Response.json({ success: true, ...post === null ? {} : { post_id: post } });
}

async function postVideo(
  facebook: Facebook,
  poster: Poster,
  { parameters }: Call,
  commit: Commit,
): Promise<Response | GraphError> {
  const address = parameters.get("file_url") ?? "";
  if (!URL.canParse(address)) return VIDEO_ERRORS.notFetched;
  const video = facebook.videos.begin("video", poster.page.id, poster.person.username);
  await facebook.videos.fetch(video, address);
  if (!video.media) return VIDEO_ERRORS.notFetched;
  if (video.failure !== null && video.media.type === "unknown") return VIDEO_ERRORS.format;
  const refusal = refusalOf(facebook, poster);
  if (refusal) return refusal;
  const text = parameters.get("description") ?? "";
  publish(facebook, poster, video, commit, { text, title: parameters.get("title") ?? "" });
  return Response.json({ id: video.id });
}

/** @returns the id of its post, where one comes of it. */
function publish(
  facebook: Facebook,
  poster: Poster,
  video: Video,
  commit: Commit,
  words: { text: string; title: string },
): string | null {
  const { videos } = facebook;
  const texts = [...videos.textsOf(video), words.text, words.title];
  const at = videos.finish(video, words);
  if (at === null || !video.media) return null;
  const { kind } = video;
  const facts = { attached: [video.id], link: null, title: words.title, mediaId: video.id };
  const post = enter(facebook, poster, commit, {
    kind,
    ...kind === "story" ? {} : { id: video.id },
    text: words.text,
    media: [video.media],
    facts,
    texts,
    at,
  });
  if (kind === "story") facebook.facts.set(video.id, { ...facts, storyId: post.id });
  return post.id;
}
