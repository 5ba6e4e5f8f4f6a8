/** What a file is before it is published: looked at by its header and its index, never read whole. */
import type { MediaProbe } from "../../../../shared/requests/requests_publications.ts";
import { imageSize } from "./image_size.ts";
import { type MediaBytes, MediaReader } from "./media_bytes.ts";
import { probeVideo } from "./probe_video.ts";

/** How many bytes of a file a look may read: the index of a film of hours has a few millions. */
const MAX_BYTES = 8 * 1024 * 1024;
/** How long a look may take, in milliseconds. */
const MAX_MS = 10_000;

/** What could not be told. */
const UNKNOWN = {
  width: null,
  height: null,
  durationSeconds: null,
  framesPerSecond: null,
  videoCodec: null,
  audioCodec: null,
};

/**
 * Looks into a file of `contentType`, as its first bytes show it. Never throws for what is in the file, nor where the source
 * stops giving: what could not be told is null, and null as a whole stands for a film or an image that nothing is known of.
 */
export async function probeMedia(
  source: MediaBytes,
  contentType: string,
  { maxBytes = MAX_BYTES, maxMs = MAX_MS }: { maxBytes?: number; maxMs?: number } = {},
): Promise<MediaProbe | null> {
  const giveUp = new AbortController();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    giveUp.abort();
    late.resolve(null);
  }, maxMs);
  try {
    const reader = new MediaReader(source, maxBytes, giveUp.signal);
    const look = lookInto(reader, contentType).catch(() => null);
    const found = await Promise.race([look, late.promise]);
    return found && { contentType, bytes: source.bytes, ...found };
  } finally {
    clearTimeout(timer);
    giveUp.abort();
  }
}

async function lookInto(
  reader: MediaReader,
  contentType: string,
): Promise<Omit<MediaProbe, "contentType" | "bytes"> | null> {
  const [family] = contentType.split("/");
  if (family === "image") {
    const size = await imageSize(reader, contentType);
    return size && { ...UNKNOWN, ...size };
  }
  return family === "video" ? await probeVideo(reader) : null;
}
