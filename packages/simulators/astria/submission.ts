/** Reads what is sent to make tunes and prompts (astria.md#submit). Pure. */
import { z } from "zod";
import type { InputImage } from "../kit/input_images.ts";

const httpUrl = z.url({ protocol: /^https?$/ });
const text = z.string().min(1);
// Forms have texts alone, and Rails makes of them what a field needs, in JSON as well.
const integer = z.union([z.int(), z.string().regex(/^-?\d{1,15}$/).transform(Number)]);
const boolean = z.union([
  z.boolean(),
  z.enum(["true", "false", "1", "0"]).transform((said) => "true1".includes(said)),
]);

const promptFields = z.looseObject({
  text,
  callback: httpUrl.optional(),
  // The largest number is not documented.
  num_images: integer.pipe(z.int().min(1).max(8)).default(1),
});

const tuneFields = z.looseObject({
  title: text,
  name: z.enum(["man", "woman", "cat", "dog", "boy", "girl", "style"]),
  // The smallest and largest number of pictures are not documented.
  image_urls: z.array(httpUrl).default([]),
  images: z.array(z.instanceof(File)).default([]),
  callback: httpUrl.optional(),
  base_tune_id: integer.nullish(),
  branch: z.enum(["flux1", "sd15", "sdxl1", "fast"]).optional(),
  model_type: z.enum(["lora", "pti", "faceid"]).nullish(),
  preset: z.enum(["flux-lora-focus", "flux-lora-portrait", "flux-lora-fast"]).nullish(),
  token: z.string().optional(),
  steps: integer.pipe(z.int().positive()).nullish(),
  face_crop: boolean.nullish(),
  training_face_correct: boolean.nullish(),
  auto_extend: boolean.nullish(),
  characteristics: z.record(z.string(), z.string()).optional(),
  prompts_attributes: z.array(promptFields).optional(),
}).refine(({ images, image_urls }) => images.length + image_urls.length > 0, {
  path: ["images"],
  message: "can't be blank",
});

/** A valid request to make a tune. */
export type TuneSubmission = z.infer<typeof tuneFields> & {
  kind: "tune";
  /** As they came with the request, and at their addresses, once these were fetched. */
  pictures: readonly InputImage[];
};

/** A valid request to make a prompt. */
export type PromptSubmission = z.infer<typeof promptFields> & { kind: "prompt"; tuneId: string };

export type Submission = TuneSubmission | PromptSubmission;

/** What is wrong, by field, as Rails answers it; Astria's own texts are not documented. */
export type Problems = Record<string, string[]>;

/** Reads a body of `POST /tunes`. Its pictures are not looked at here. */
export function readTune(body: unknown): { tune: TuneSubmission; images: File[] } | { problems: Problems } {
  const parsed = z.object({ tune: tuneFields }).safeParse(body);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const { tune } = parsed.data;
  return { tune: { ...tune, images: [], kind: "tune", pictures: [] }, images: tune.images };
}

/** Reads a body of `POST /tunes/:tune_id/prompts`. */
export function readPrompt(body: unknown, tuneId: string): PromptSubmission | { problems: Problems } {
  const parsed = z.object({ prompt: promptFields }).safeParse(body);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  return { ...parsed.data.prompt, kind: "prompt", tuneId };
}

/** The prompts that a tune brings along, for when it has an id. */
export function promptsOf({ prompts_attributes = [] }: TuneSubmission, tuneId: string): PromptSubmission[] {
  return prompts_attributes.map((fields) => ({ ...fields, kind: "prompt", tuneId }));
}

/**
 * The texts that `contains` of a fault rule is compared with, as far as the body has them: a tune's title or a prompt's
 * text comes first.
 */
export function textsOf(body: unknown): string[] {
  const fields = z.record(z.string(), z.unknown()).catch({});
  const { tune, prompt } = z.looseObject({ tune: fields, prompt: fields }).catch({ tune: {}, prompt: {} })
    .parse(body);
  const { title, name, token, callback, image_urls, characteristics } = tune;
  const traits = Object.values(fields.parse(characteristics));
  return [prompt.text, title, name, token, callback, prompt.callback, image_urls, traits].flat()
    .filter((value) => typeof value === "string" && value !== "").map(String);
}

function problemsOf({ issues }: z.ZodError): Problems {
  const problems: Problems = {};
  for (const { path, message } of issues) (problems[path.slice(1).join(".") || "base"] ??= []).push(message);
  return problems;
}
