/** Bodies of requests, read no further than they may be long. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";

/** The body as text, at most `maxBytes` of it. Error: 413 payload_too_large, details `{limit}`. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new EsteiraError("payload_too_large", `A body has at most ${maxBytes} bytes.`, { limit: maxBytes });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}
