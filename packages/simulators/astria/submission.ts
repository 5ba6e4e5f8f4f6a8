/** Reads what is sent to make tunes and prompts (astria.md#submit). Pure. */
import { z } from "zod";

const httpUrl = z.url({ protocol: /^https?$/ });
const text = z.string().min(1);

const promptFields = z.looseObject({
  text,
  callback: httpUrl.optional(),
  // The largest number is not documented.
  num_images: z.int().min(1).max(8).default(1),
});

const tuneFields = z.looseObject({
  title: text,
  name: z.enum(["man", "woman", "cat", "dog", "boy", "girl", "style"]),
  // The smallest and largest number of pictures are not documented.
  image_urls: z.array(httpUrl).min(1),
  callback: httpUrl.optional(),
  base_tune_id: z.int().nullish(),
  branch: z.enum(["flux1", "sd15", "sdxl1", "fast"]).optional(),
  model_type: z.enum(["lora", "pti", "faceid"]).nullish(),
  preset: z.enum(["flux-lora-focus", "flux-lora-portrait", "flux-lora-fast"]).nullish(),
  token: z.string().optional(),
  steps: z.int().positive().nullish(),
  face_crop: z.boolean().nullish(),
  training_face_correct: z.boolean().nullish(),
  auto_extend: z.boolean().nullish(),
  characteristics: z.record(z.string(), z.string()).optional(),
  prompts_attributes: z.array(promptFields).optional(),
});

/** A valid request to make a tune. */
export type TuneSubmission = z.infer<typeof tuneFields> & { kind: "tune" };

/** A valid request to make a prompt. */
export type PromptSubmission = z.infer<typeof promptFields> & { kind: "prompt"; tuneId: string };

export type Submission = TuneSubmission | PromptSubmission;

/** What is wrong, by field, as Rails answers it; Astria's own texts are not documented. */
export type Problems = Record<string, string[]>;

/** Reads a body of `POST /tunes`. Its pictures are not fetched here. */
export function readTune(body: unknown): TuneSubmission | { problems: Problems } {
  const parsed = z.object({ tune: tuneFields }).safeParse(body);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  return { ...parsed.data.tune, kind: "tune" };
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
