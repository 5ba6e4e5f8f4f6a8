/** The three kinds of files that LinkedIn takes, each at an address of its own. */
import { z } from "zod";
import type { PlatformApp } from "../platform.ts";

export type MediaKind = "image" | "document" | "video";

/** Where each is handed in: `/rest/images`, … */
export const PATHS: Readonly<Record<MediaKind, string>> = {
  image: "/rest/images",
  document: "/rest/documents",
  video: "/rest/videos",
};

/** How long a file is given that nobody may ask after, in seconds. */
const GRACE_SECONDS: Readonly<Record<MediaKind, number>> = { image: 3, document: 15, video: 30 };

const grace = z.number().int().min(0).max(600);

/** The kind of a file of this media type; null for none that LinkedIn takes. */
export function kindOf(contentType: string): MediaKind | null {
  if (contentType.startsWith("image/")) return "image";
  if (contentType.startsWith("video/")) return "video";
  return contentType.startsWith("application/") ? "document" : null;
}

/** The same, or what the operator has set in `media_grace_seconds`. */
export function graceSeconds({ settings }: PlatformApp, kind: MediaKind): number {
  return grace.safeParse(settings.media_grace_seconds).data ?? GRACE_SECONDS[kind];
}
