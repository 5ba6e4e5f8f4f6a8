/** What Instagram has against containers once their media are looked at. */
import type { ContainerKinds } from "../graph/containers.ts";
import { MEDIA_ERRORS } from "../graph/graph_errors.ts";

const MOST_IMAGE_BYTES = 8 * 1024 ** 2;

export const INSTAGRAM_CONTAINERS: ContainerKinds = {
  faults: ["slow_processing", "slow_download", "processing_fails", "container_expires", "carousel_fails"],
  notHad: (_, why) => MEDIA_ERRORS[why],
  wrongWith({ isVideo, mediaType }, { type, bytes, size }) {
    if (isVideo) {
      return type === "video/mp4" || type === "video/quicktime" ? undefined : MEDIA_ERRORS.videoFormat;
    }
    if (type !== "image/jpeg") return MEDIA_ERRORS.imageFormat;
    if (bytes > MOST_IMAGE_BYTES) return MEDIA_ERRORS.imageSize;
    if (!size || mediaType === "STORIES") return undefined;
    const aspect = size.width / size.height;
    return aspect < 0.8 - 0.005 || aspect > 1.91 + 0.005 ? MEDIA_ERRORS.aspect : undefined;
  },
  failureOf: ({ subcode = MEDIA_ERRORS.upload.subcode }) => ({ ...MEDIA_ERRORS.upload, subcode }),
};
