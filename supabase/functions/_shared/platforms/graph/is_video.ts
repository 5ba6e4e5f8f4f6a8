import type { PublicationMedia } from "../platform.ts";

/** Whether it is a video; else it is an image. */
export function isVideo({ contentType }: Pick<PublicationMedia, "contentType">): boolean {
  return contentType.startsWith("video/");
}
