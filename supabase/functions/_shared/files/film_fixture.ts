/** For tests: films that no camera has seen. Their container is right, their pictures are noughts. */
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from "mediabunny";

export interface Film {
  width: number;
  height: number;
  seconds: number;
  framesPerSecond: number;
  hasSound: boolean;
  /** mp4: its index in front · tail: at its end, as cameras write it · webm: VP9 and Opus. */
  container: "mp4" | "tail" | "webm";
}

/** A file of H.264 and AAC (or VP9 and Opus), of so many seconds. */
export async function film(wished: Partial<Film> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, seconds, framesPerSecond, hasSound, container }: Film = {
    width: 1080,
    height: 1920,
    seconds: 5,
    framesPerSecond: 30,
    hasSound: true,
    container: "mp4",
    ...wished,
  };
  const isWebm = container === "webm";
  const target = new BufferTarget();
  const output = new Output({
    format: isWebm
      ? new WebMOutputFormat()
      : new Mp4OutputFormat({ fastStart: container === "mp4" ? "in-memory" : false }),
    target,
  });
  const video = new EncodedVideoPacketSource(isWebm ? "vp9" : "avc");
  const audio = new EncodedAudioPacketSource(isWebm ? "opus" : "aac");
  output.addVideoTrack(video);
  if (hasSound) output.addAudioTrack(audio);
  await output.start();
  for (let n = 0; n < seconds * framesPerSecond; n++) {
    const packet = new EncodedPacket(
      new Uint8Array(200),
      n === 0 ? "key" : "delta",
      n / framesPerSecond,
      1 / framesPerSecond,
    );
    await video.add(packet, {
      decoderConfig: isWebm
        ? { codec: "vp09.00.10.08", codedWidth: width, codedHeight: height }
        : { codec: "avc1.42001f", codedWidth: width, codedHeight: height, description: AVC },
    });
  }
  for (let n = 0; hasSound && n < seconds * 50; n++) {
    await audio.add(new EncodedPacket(new Uint8Array(20), "key", n / 50, 1 / 50), {
      decoderConfig: isWebm
        ? { codec: "opus", sampleRate: 48_000, numberOfChannels: 2 }
        : { codec: "mp4a.40.2", sampleRate: 48_000, numberOfChannels: 2, description: AAC },
    });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

/** A configuration of H.264's baseline, without parameter sets (ISO/IEC 14496-15 §5.3.3). */
const AVC = new Uint8Array([1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]);
/** A configuration of AAC-LC, 48 kHz, two channels (ISO/IEC 14496-3 §1.6). */
const AAC = new Uint8Array([0x11, 0x90]);
