/** Reading a copy in the bucket `handed` by parts: exactly the bytes that were asked for, or an error. */
import { ClassifiedError } from "../engine/failure.ts";
import { askRange, isPart } from "./ask_range.ts";

/** How long Storage may take for a part, in milliseconds. */
const ANSWER_MS = 60_000;

/**
 * The bytes of a copy from one place to another, `to` not included. Anything but these very bytes is an error: a part that
 * is short, or of another place, would be a damaged post.
 * @throws ClassifiedError of class never `input_gone` when there is no such copy, of class wait `storage_unavailable`
 */
export async function handedRange(
  key: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (from === to) return new Uint8Array();
  const response = await ask(key, from, to, signal);
  if (response.status === 400 || response.status === 404) {
    await response.body?.cancel();
    throw new ClassifiedError({
      retryClass: "never",
      code: "input_gone",
      message: "The file is not there any more",
    });
  }
  if (!isPart(response, from, to)) {
    await response.body?.cancel();
    throw unavailable(`Storage answered ${response.status} to a question for a part of a file`);
  }
  const bytes = await response.bytes().catch(() => null);
  if (bytes?.length !== to - from) throw unavailable("Storage broke off in the middle of a file");
  return bytes;
}

async function ask(key: string, from: number, to: number, signal?: AbortSignal): Promise<Response> {
  try {
    return await askRange({ bucket: "handed", key, from, to }, ANSWER_MS, signal);
  } catch {
    throw unavailable("Storage does not answer");
  }
}

function unavailable(message: string): ClassifiedError {
  return new ClassifiedError({ retryClass: "wait", code: "storage_unavailable", message });
}
