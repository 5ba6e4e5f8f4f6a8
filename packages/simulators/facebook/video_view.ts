/** What is answered of a video that is asked for. */
import type { Facebook } from "./world.ts";
import type { Video } from "./videos.ts";

/** Its fields. What its phases are called between uploading and publishing is not documented: here they begin as soon as they can. */
export function videoView({ world, videos, facts }: Facebook, video: Video): Record<string, unknown> {
  const { id, kind, text, title, failure, finishedAt, page } = video;
  const isReady = world.clock.now() >= video.readyAt;
  const isDraft = videos.isDraft(video);
  const isOut = finishedAt !== null && isReady && failure === null;
  const odd = world.faults.take("unknown_status", videos.textsOf(video))?.word;
  const isExpired = videos.isExpired(video);
  const isFailed = (failure !== null && isReady) || video.uploading === "error";
  const processing = video.uploading !== "complete"
    ? { status: "not_started" }
    : !isReady
    ? { status: "in_progress" }
    : failure === null
    ? { status: "complete" }
    : { status: "error", error: { message: failure } };
  return {
    id,
    title: title === "" ? undefined : title,
    description: text === "" ? undefined : text,
    published: isOut && !isDraft,
    permalink_url: kind === "reel" ? `/reel/${id}/` : `/${page}/videos/${id}/`,
    post_id: facts.get(id)?.storyId,
    created_time: finishedAt === null
      ? undefined
      : new Date(finishedAt).toISOString().replace(/\.\d+Z$/, "+0000"),
    status: {
      video_status: isExpired ? "expired" : isFailed ? "error" : isOut ? "ready" : "processing",
      uploading_phase: { status: odd ?? video.uploading, bytes_transfered: video.download.bytes },
      processing_phase: processing,
      publishing_phase: finishedAt === null
        ? { status: "not_started" }
        : failure !== null
        ? { status: isReady ? "error" : "not_started" }
        : isReady
        ? { status: "complete", publish_status: isDraft ? "draft" : "published" }
        : { status: "in_progress" },
    },
  };
}
