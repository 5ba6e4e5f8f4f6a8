/** The picture of a video: `POST /upload/youtube/v3/thumbnails/set`. */
import { createHash } from "node:crypto";
import { lookAt } from "../social/media_look.ts";
import { bad, NOT_ALLOWED, notFound, refused } from "./errors.ts";
import { asCaller, UPLOAD, type YouTube } from "./world.ts";

const MOST_BYTES = 50 * 1024 ** 2;
const COST = 50;
const DOMAIN = "youtube.thumbnail";

/** Adds it. */
export function addThumbnailRoute(youtube: YouTube): void {
  const { app, videos, channels, world } = youtube;
  app.post("/upload/youtube/v3/thumbnails/set", async (c) => {
    const video = videos.of(c.req.query("videoId") ?? "");
    const texts = video ? [video.wish.description, video.wish.title] : [];
    const need = { path: "thumbnail", scopes: [UPLOAD], texts, cost: COST } as const;
    return await asCaller(youtube, c.req.raw, need, async ({ family }) => {
      const bytes = await c.req.raw.bytes().catch(() => new Uint8Array());
      const channel = channels.of(family.person);
      if (!video || video.channel.id !== channel?.id) {
        return refused(notFound("videoNotFound", "The video cannot be found."));
      }
      const wanted = world.faults.take("thumbnail_refused", [...texts, family.person.username]);
      if (wanted) {
        const { status, reason } = wanted;
        return refused({ code: status, reason, message: `It says ${reason}.`, domain: DOMAIN });
      }
      if (!channel.isVerified) return refused(NOT_ALLOWED);
      if (bytes.length === 0) return refused(bad("mediaBodyRequired", "There is no image.", DOMAIN));
      if (bytes.length > MOST_BYTES) {
        return refused(bad("uploadTooLarge", "The image is too large.", "global"));
      }
      const { type } = lookAt(bytes);
      if (type !== "image/jpeg" && type !== "image/png") {
        return refused(bad("invalidImage", "The provided image content is invalid.", DOMAIN));
      }
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      video.thumbnail = { sha256, type, times: (video.thumbnail?.times ?? 0) + 1 };
      const url = `https://i.ytimg.com/vi/${video.id}/default.jpg`;
      return Response.json({ kind: "youtube#thumbnailSetResponse", items: [{ default: { url } }] });
    });
  });
}
