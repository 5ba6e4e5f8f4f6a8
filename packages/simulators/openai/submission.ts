/** Reads a request for speech (openai.md#speech). Pure. */
import { z } from "zod";
import type { MediaType } from "../kit/media_types.ts";
import type { Failure } from "./failures.ts";

/** The content type of each format. */
const TYPES = {
  mp3: "audio/mpeg",
  opus: "audio/opus",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
} as const satisfies Record<string, MediaType>;

/** The voices that are built in; the two older models have nine of them. */
const VOICES = [
  ...["alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse"],
  ...["marin", "cedar"],
] as const;
const NOT_IN_TTS_1 = ["ballad", "verse", "marin", "cedar"];

const request = z.object({
  model: z.string().min(1),
  input: z.string().min(1).max(4096),
  voice: z.union([z.enum(VOICES), z.object({ id: z.string().min(1) })]),
  instructions: z.string().max(4096).optional(),
  // pcm is there as well; nobody needs it here
  response_format: z.enum(["mp3", "opus", "aac", "flac", "wav"]).default("mp3"),
  speed: z.number().min(0.25).max(4).default(1),
  stream_format: z.literal("audio").optional(),
});

/** A valid request. */
export interface Submission extends z.infer<typeof request> {
  readonly type: MediaType;
}

/** @returns the request, or what is wrong with it. */
export function readSubmission(body: unknown): Submission | { invalid: Failure } {
  const parsed = request.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return invalid(issue?.message ?? "Invalid request", issue?.path.join(".") || null);
  }
  const { model, voice, response_format } = parsed.data;
  // What is said of a voice that a model does not have is not documented.
  if (/^tts-1/.test(model) && typeof voice === "string" && NOT_IN_TTS_1.includes(voice)) {
    return invalid(`The voice ${voice} is not supported by ${model}.`, "voice");
  }
  return { ...parsed.data, type: TYPES[response_format] };
}

/** The texts that `contains` of a fault rule is compared with, as far as the body has them: what is to be said comes first. */
export function textsOf(body: unknown): string[] {
  const text = z.string().optional().catch(undefined);
  const loose = z.object({ input: text, model: text, voice: text, instructions: text }).safeParse(body).data;
  if (!loose) return [];
  return [loose.input, loose.model, loose.voice, loose.instructions].filter((said) => said !== undefined);
}

function invalid(message: string, param: string | null): { invalid: Failure } {
  return { invalid: { status: 400, type: "invalid_request_error", code: "invalid_value", message, param } };
}
