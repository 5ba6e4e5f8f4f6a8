/** Reading requests the way RunningHub's legacy endpoints do: JSON bodies with the key inside. */
import { z } from "zod";
import { parseExactJson } from "../kit/exact_json.ts";

/** The JSON body, big numbers as strings of digits; undefined when it is not JSON. */
export async function exactBody(request: Request): Promise<unknown> {
  try {
    return parseExactJson(await request.text());
  } catch {
    return undefined;
  }
}

const id = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const word = z.string().optional().catch(undefined);
const common = z.object({ apiKey: word, apikey: word, taskId: id, webhookId: id, webhookUrl: word }).catch({
  apiKey: undefined,
  apikey: undefined,
  taskId: undefined,
  webhookId: undefined,
  webhookUrl: undefined,
});

/** The fields that several endpoints share; whatever is missing or of the wrong type is undefined. */
export function commonFields(body: unknown): z.infer<typeof common> {
  return common.parse(body);
}

/**
 * The key of the account that asks: one of `apiKeys`, in the body, and no `Authorization` header contradicts it. Newer pages of the
 * documentation ask for both (runninghub.md#hosts); the header may be missing here, as it may in the older ones.
 */
export function keyOf(
  request: Request,
  key: string | undefined,
  apiKeys: readonly string[],
): string | undefined {
  const header = request.headers.get("authorization");
  return apiKeys.find((apiKey) => key === apiKey && (header === null || header === `Bearer ${apiKey}`));
}
