/** Reads what is sent to createTask (kie.md#submit). Pure. */
import { z } from "zod";
import type { MediaType } from "../kit/media_types.ts";

const MAX_PROMPT_CHARACTERS = 5_000;
/** The stored page of google/nano-banana-edit says 5; whether it is still so is not confirmed. */
const MAX_IMAGES = 5;

const httpUrl = z.url({ protocol: /^https?$/ });
const prompt = z.string().min(1).max(MAX_PROMPT_CHARACTERS);
const format = z.enum(["png", "jpeg"]).optional();

/** The models whose input is documented; others take any. */
const INPUTS: Readonly<Record<string, z.ZodType>> = {
  "google/nano-banana": z.object({ prompt, output_format: format, image_size: z.string().optional() }),
  "google/nano-banana-edit": z.object({
    prompt,
    image_urls: z.array(httpUrl).min(1).max(MAX_IMAGES),
    output_format: format,
    image_size: z.string().optional(),
  }),
  "nano-banana-pro": proInput(),
  "nano-banana-2": proInput(),
};

const createBody = z.object({
  model: z.string().min(1),
  // Empty where no callback is wanted.
  callBackUrl: z.union([z.literal(""), httpUrl]).optional(),
  input: z.record(z.string(), z.unknown()),
});

/** A valid request to create a task. */
export interface Submission {
  readonly model: string;
  readonly callBackUrl: string | undefined;
  readonly prompt: string;
  /** Images that the task works on; it fetches each. */
  readonly imageUrls: readonly string[];
  readonly outputType: MediaType;
  /** The whole request as JSON text: what `param` echoes, callback address and all. */
  readonly param: string;
}

/**
 * Reads a body of createTask.
 * @param models the models that exist; undefined: all.
 * @returns the submission, or what is wrong with the body.
 */
export function readSubmission(
  body: unknown,
  models: readonly string[] | undefined,
): Submission | { invalid: string } {
  const parsed = createBody.safeParse(body);
  if (!parsed.success) return { invalid: complaint(parsed.error) };
  const { model, callBackUrl, input } = parsed.data;
  if (models && !models.includes(model)) return { invalid: `The model ${model} is not supported` };
  const own = (INPUTS[model] ?? z.unknown()).safeParse(input);
  if (!own.success) return { invalid: complaint(own.error) };
  return {
    model,
    callBackUrl,
    prompt: typeof input.prompt === "string" ? input.prompt : "",
    imageUrls: imagesOf(input),
    outputType: typeOf(model, input),
    param: JSON.stringify({ model, ...callBackUrl === undefined ? {} : { callBackUrl }, input }),
  };
}

/** The texts that `contains` of a fault rule is compared with, as far as the body has them: the prompt comes first. */
export function textsOf(body: unknown): string[] {
  const text = z.string().optional().catch(undefined);
  const loose = z.object({
    model: text,
    callBackUrl: text,
    input: z.record(z.string(), z.unknown()).catch({}),
  }).safeParse(body);
  if (!loose.success) return [];
  const { model, callBackUrl, input } = loose.data;
  return [input.prompt, ...imagesOf(input), model, callBackUrl].filter((text) => typeof text === "string");
}

/** Every model family has a field of its own for them. */
function imagesOf(input: Readonly<Record<string, unknown>>): string[] {
  return [input.image_urls, input.image_input, input.image_url].flat()
    .filter((url) => typeof url === "string" && url !== "").map(String);
}

/** Which models make films is read off their names; images are PNG unless the input asks for JPEG. */
function typeOf(model: string, input: Readonly<Record<string, unknown>>): MediaType {
  if (/video|veo|sora|kling|hailuo|seedance/.test(model)) return "video/mp4";
  return input.output_format === "jpeg" ? "image/jpeg" : "image/png";
}

function proInput(): z.ZodType {
  return z.object({
    prompt,
    image_input: z.array(httpUrl).optional(),
    aspect_ratio: z.string().optional(),
    resolution: z.enum(["1K", "2K", "4K"]).optional(),
    output_format: format,
    google_search: z.boolean().optional(),
  });
}

function complaint({ issues: [issue] }: z.ZodError): string {
  return issue ? `${issue.path.join(".")}: ${issue.message}` : "Validation error";
}
