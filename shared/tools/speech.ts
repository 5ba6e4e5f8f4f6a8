/** Input of the tool `speech`: reads a text aloud. */
import { z } from "zod";

const VOICES = [
  ...["alloy", "ash", "ballad", "cedar", "coral", "echo", "fable"] as const,
  ...["marin", "nova", "onyx", "sage", "shimmer", "verse"] as const,
] as const;

export const speechInput = z.strictObject({
  // The provider's own limit (docs/providers/openai.md#speech).
  text: z.string().trim().min(1).max(4096).describe("What is said."),
  voice: z.enum(VOICES).default("alloy").describe(
    "Who says it; the voices are the provider's, and made by a machine.",
  ),
  format: z.enum(["mp3", "wav", "opus", "flac", "aac"]).default("mp3"),
  speed: z.number().min(0.25).max(4).default(1).describe("1: as people speak."),
  instructions: z.string().trim().min(1).max(2000).optional().describe(
    "How it is said, in words, such as `cheerful, and a little out of breath`; not every model listens to it.",
  ),
});
export type SpeechInput = z.input<typeof speechInput>;
