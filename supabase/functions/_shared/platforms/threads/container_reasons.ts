/** Why a container failed, as its `error_message` says it (docs/platforms/threads.md#containers). */
import { subcodeIn } from "../graph/graph_error.ts";
import type { Meaning } from "../graph/meaning.ts";
import { meaningOf } from "./codes.ts";

const never = (words: string): Meaning => ({ class: "never", isRefusal: true, words });
/** It may do better with another container. */
const again = (words: string): Meaning => ({ class: "never", isRefusal: false, recreateAfter: 5, words });

const REASONS: ReadonlyMap<string, Meaning> = new Map([
  ["FAILED_DOWNLOADING_VIDEO", again("Threads could not fetch the video")],
  ["FAILED_PROCESSING_AUDIO", again("Threads could not take in the video's sound")],
  ["FAILED_PROCESSING_VIDEO", again("Threads could not take in the video")],
  // Threads leaves out the letter itself.
  ["INVALID_ASPEC_RATIO", never("Threads does not take videos of this shape")],
  ["INVALID_ASPECT_RATIO", never("Threads does not take videos of this shape")],
  ["INVALID_BIT_RATE", never("The video has more bits in a second than Threads takes")],
  ["INVALID_DURATION", never("The video is longer than five minutes, or has no length")],
  ["INVALID_FRAME_RATE", never("The video has not between 23 and 60 pictures in a second")],
  ["INVALID_AUDIO_CHANNELS", never("The video's sound is neither mono nor stereo")],
  ["INVALID_AUDIO_CHANNEL_LAYOUT", never("The video's sound has channels that Threads does not take")],
]);
/** Without a word why: most of those that say UNKNOWN did well the next time. */
const UNTOLD = again("Threads could not make the container ready, and does not say why");

/** The words that are known. */
export const KNOWN_REASONS: readonly string[] = [...REASONS.keys()];

/** The code in an `error_message`: a word of its own, or a sub-code in a sentence; null: it has none. */
export function reasonIn(message: string): string | null {
  const word = message.trim();
  // "UNKNOWN" is no reason, and neither is nothing.
  if (word === "UNKNOWN") return null;
  if (/^[A-Z][A-Z0-9_]{2,59}$/.test(word)) return word;
  const subcode = subcodeIn(message);
  return subcode === null ? null : `${subcode}`;
}

/** What the code of a container that failed means; null: it had none. */
export function meaningOfReason(reason: string | null): Meaning | undefined {
  if (reason === null) return UNTOLD;
  return REASONS.get(reason) ?? (/^\d+$/.test(reason) ? meaningOf(null, Number(reason)) : undefined);
}
