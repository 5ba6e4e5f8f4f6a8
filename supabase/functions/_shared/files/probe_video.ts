/** What a film is, by its container: length, size, pictures a second, codecs. Nothing is decoded. */
import type { Input, InputAudioTrack, InputVideoTrack } from "mediabunny";
import type { MediaReader } from "./media_bytes.ts";

/** What can be told; null: it does not say. */
export interface VideoProbe {
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  framesPerSecond: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
}

/** Pictures that are counted for their rate: about two seconds of them. */
const COUNTED = 60;

/**
 * Looks into an MP4, QuickTime, WebM or Matroska file. Throws when it is none of them, or is broken, or more would have to
 * be read than the reader gives.
 */
export async function probeVideo(reader: MediaReader): Promise<VideoProbe> {
  // Large, and asked for by none but those who publish films.
  const { CustomSource, Input, Logging, LogLevel, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny");
  Logging.level = LogLevel.Silent;
  const input = new Input({
    formats: [MP4, QTFF, WEBM, MATROSKA],
    source: new CustomSource({
      getSize: () => reader.bytes,
      read: async (from, to) => refuseEndless(await reader.read(from, to)),
      handleUnhandledError: () => {},
    }),
  });
  try {
    const isWebm = [WEBM, MATROSKA].includes(await input.getFormat());
    return await look(input, isWebm);
  } finally {
    input.dispose();
  }
}

/** Samples in a chunk: an uncompressed second of sound has fewer. */
const MOST_IN_A_CHUNK = 2 ** 20;
const STSC = [0x73, 0x74, 0x73, 0x63];

/**
 * Returns the bytes. mediabunny goes through the samples of a chunk one by one, without a pause in which it could be
 * stopped: a film that says it has billions of them in one is broken, and is looked at no further.
 */
function refuseEndless(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(STSC[0]!); at !== -1; at = bytes.indexOf(STSC[0]!, at + 1)) {
    if (!STSC.every((byte, n) => bytes[at + n] === byte) || at + 12 > bytes.length) continue;
    const entries = Math.min(view.getUint32(at + 8), Math.floor((bytes.length - at - 12) / 12));
    for (let n = 0; n < entries; n++) {
      if (view.getUint32(at + 12 + 12 * n + 4) > MOST_IN_A_CHUNK) throw new Error("A chunk has no end");
    }
  }
  return bytes;
}

async function look(input: Input, isWebm: boolean): Promise<VideoProbe> {
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (!video && !audio) throw new Error("There is nothing in it");
  // What a browser has recorded as MP4 says in its head how long the first of its fragments is. The index, or the last
  // fragment, tells the whole, and where that is too far to read nothing does.
  const durationSeconds = (isWebm ? await told(() => input.getDurationFromMetadata()) : null) ??
    await told(() => input.computeDuration());
  return { durationSeconds, ...await ofVideo(video), audioCodec: audio ? await codecOf(audio) : null };
}

async function ofVideo(
  track: InputVideoTrack | null,
): Promise<Pick<VideoProbe, "width" | "height" | "framesPerSecond" | "videoCodec">> {
  if (!track) return { width: null, height: null, framesPerSecond: null, videoCodec: null };
  const rate = await told(async () => (await track.computePacketStats(COUNTED)).averagePacketRate);
  return {
    width: await told(() => track.getDisplayWidth()),
    height: await told(() => track.getDisplayHeight()),
    framesPerSecond: rate,
    videoCodec: await codecOf(track),
  };
}

/** A codec that mediabunny has no name for is another one than those that it has. */
async function codecOf(track: InputVideoTrack | InputAudioTrack): Promise<string> {
  return await track.getCodec() ?? "other";
}

/** A number above nothing, or null where there is none to be had. */
async function told(ask: () => Promise<number | null>): Promise<number | null> {
  const found = await ask().catch(() => null);
  return found !== null && Number.isFinite(found) && found > 0 ? found : null;
}
