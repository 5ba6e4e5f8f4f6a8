/** What Threads has against containers once their media are looked at. */
import type { ContainerKinds } from "../graph/containers.ts";
import { MEDIA_ERRORS } from "../graph/graph_errors.ts";
import { NOT_FETCHED } from "./errors.ts";

const MOST_IMAGE_BYTES = 8 * 1024 ** 2;
const WIDEST = 10;

export const THREADS_CONTAINERS: ContainerKinds = {
  faults: [
    "slow_processing",
    "slow_download",
    "processing_fails",
    "container_expires",
    "carousel_fails",
    "container_not_found",
  ],
  notHad: ({ isVideo }) => ({ ...NOT_FETCHED, word: isVideo ? "FAILED_DOWNLOADING_VIDEO" : "UNKNOWN" }),
  wrongWith({ isVideo }, { type, bytes, size }) {
    if (isVideo) {
      const isFilm = type === "video/mp4" || type === "video/quicktime";
      return isFilm ? undefined : { ...MEDIA_ERRORS.videoFormat, word: "FAILED_PROCESSING_VIDEO" };
    }
    if (type !== "image/jpeg" && type !== "image/png") return MEDIA_ERRORS.imageFormat;
    if (bytes > MOST_IMAGE_BYTES) return MEDIA_ERRORS.imageSize;
    const aspect = size ? size.width / size.height : 1;
    return aspect > WIDEST || aspect < 1 / WIDEST ? MEDIA_ERRORS.aspect : undefined;
  },
  failureOf: ({ word = "UNKNOWN" }) => ({ ...MEDIA_ERRORS.upload, word }),
};
