/** Reads what is sent to make a prediction (replicate.md#endpoints). Pure. */
import { z } from "zod";
import type { MediaType } from "../kit/media_types.ts";

const EVENTS = ["start", "output", "logs", "completed"] as const;

/** Where files come from: from anywhere, or with the request itself (replicate.md#files). */
const fileUrl = z.url({ protocol: /^(https?|data)$/ });
// The real one takes https alone; here nothing is.
const webhook = z.url({ protocol: /^https?$/ });
const createBody = z.object({
  version: z.string().min(1).optional(),
  input: z.record(z.string(), z.unknown()),
  webhook: webhook.optional(),
  webhook_events_filter: z.array(z.enum(EVENTS)).optional(),
});
const nanoBanana = z.object({
  prompt: z.string().min(1),
  image_input: z.array(fileUrl).optional(),
  aspect_ratio: z.string().optional(),
  output_format: z.enum(["jpg", "png"]).optional(),
});

/** A valid request to make a prediction. */
export interface Submission {
  /** `owner/name`; of a prediction by version alone it is made up. */
  readonly model: string;
  readonly version: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhook: string | undefined;
  /** Undefined: all events. */
  readonly events: readonly string[] | undefined;
}

/**
 * @param model from the address; undefined: the body must have a version.
 * @returns the submission, or what is wrong with the body.
 */
export function readSubmission(model: string | undefined, body: unknown): Submission | { invalid: string } {
  const parsed = createBody.safeParse(body);
  if (!parsed.success) return { invalid: complaint(parsed.error) };
  const { version, input, webhook, webhook_events_filter: events } = parsed.data;
  if (model === undefined && version === undefined) return { invalid: "- version is required" };
  const own = (model === "google/nano-banana" ? nanoBanana : z.unknown()).safeParse(input);
  if (!own.success) return { invalid: complaint(own.error, "input.") };
  return { model: model ?? "acme/model", version: version ?? "hidden", input, webhook, events };
}

/** The texts that `contains` of a fault rule is compared with, as far as the body has them: the prompt comes first. */
export function textsOf(model: string | undefined, body: unknown): string[] {
  const text = z.string().optional().catch(undefined);
  const loose = z.object({ webhook: text, version: text, input: z.record(z.string(), z.unknown()).catch({}) })
    .safeParse(body).data;
  if (!loose) return [];
  const { input, version } = loose;
  return [input.prompt, ...imagesOf(input), model, version, loose.webhook]
    .filter((text) => typeof text === "string");
}

/** The addresses of the images to work on; every model has a field of its own for them. */
export function imagesOf(input: Readonly<Record<string, unknown>>): string[] {
  return [input.image_input, input.image, input.input_image].flat().filter((url) => typeof url === "string");
}

/** Which models make films is read off their names; the default format is said to be jpg. */
export function typeOf({ model, input }: Submission): MediaType {
  if (/video|veo|kling|hailuo|seedance/.test(model)) return "video/mp4";
  return input.output_format === "png" ? "image/png" : "image/jpeg";
}

function complaint({ issues }: z.ZodError, before = ""): string {
  return issues.map(({ path, message }) => `- ${before}${path.join(".")}: ${message}\n`).join("");
}
