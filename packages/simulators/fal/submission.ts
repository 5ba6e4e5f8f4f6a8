/** Reads what is sent to the queue (fal.md#queue). Pure. */
import { z } from "zod";
import type { MediaType } from "../kit/media_types.ts";
import type { Failure } from "./failures.ts";

/** What stands before the owner in some ids (fal.md#queue). */
export const NAMESPACES: readonly string[] = ["workflows", "comfy"];

/** A request in the queue. The model looks at its input only when it runs, so a bad one is taken in all the same. */
export interface Submission {
  /** `owner/app`, or `workflows/owner/app`: what the addresses of a request are made of, without the model's path. */
  readonly app: string;
  /** With its path: `fal-ai/nano-banana/edit`. */
  readonly model: string;
  readonly webhook: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * @param path the address's path.
 * @param webhook the query parameter `fal_webhook`; one within the input is ignored without a word (fal.md#surprises).
 */
export function readSubmission(
  path: string,
  webhook: string | null,
  body: unknown,
): Submission | { invalid: string } {
  const input = z.record(z.string(), z.unknown()).safeParse(body);
  if (!input.success) return { invalid: "Invalid JSON body" };
  if (webhook !== null && !z.url({ protocol: /^https?$/ }).safeParse(webhook).success) {
    return { invalid: "fal_webhook is not a valid URL" };
  }
  const parts = path.split("/").filter(Boolean);
  return {
    app: parts.slice(0, NAMESPACES.includes(parts[0] ?? "") ? 3 : 2).join("/"),
    model: parts.join("/"),
    webhook: webhook ?? undefined,
    input: input.data,
  };
}

/** The texts that `contains` of a fault rule is compared with: the prompt comes first. */
export function textsOf(path: string, webhook: string | null, body: unknown): string[] {
  const input = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  return [input.prompt, ...imagesOf(input), path.slice(1), webhook].filter((text) =>
    typeof text === "string"
  );
}

/** The addresses of the images to work on. */
export function imagesOf(input: Readonly<Record<string, unknown>>): string[] {
  return [input.image_urls, input.image_url].flat().filter((url) => typeof url === "string");
}

const prompt = z.string();
const shared = {
  prompt,
  output_format: z.enum(["png", "jpeg", "webp"]).optional(),
  aspect_ratio: z.string().optional(),
};
const withImages = z.object({ ...shared, image_urls: z.array(z.string()).min(1) });

/** What is wrong with the input, as the model says it when it runs; undefined when nothing is. */
export function complaintAbout({ model, input }: Submission): Failure | undefined {
  const parsed = (/\/edit$|image-to-/.test(model) ? withImages : z.object(shared)).safeParse(input);
  if (parsed.success) return undefined;
  const detail = parsed.error.issues.map(({ path, message }) => {
    const isMissing = path.length === 1 && !(String(path[0]) in input);
    const [msg, type] = isMissing ? ["field required", "missing"] : [message, "value_error"];
    return { loc: ["body", ...path.map((key) => typeof key === "number" ? key : String(key))], msg, type };
  });
  return { status: 422, retryable: false, body: { detail } };
}

/** Which models make films is read off their names; images are PNG unless the input asks for another format. */
export function typeOf({ model, input }: Submission): MediaType {
  if (/video|veo|sora|kling|hailuo|seedance/.test(model)) return "video/mp4";
  if (input.output_format === "jpeg") return "image/jpeg";
  return input.output_format === "webp" ? "image/webp" : "image/png";
}
