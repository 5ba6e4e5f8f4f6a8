/** Files in and out of Storage, always as streams: a file of any size passes through in small pieces. */
import { StorageApiError } from "@supabase/supabase-js";
import type { StoredFile } from "../../../../shared/job.ts";
import { admin, unwrap } from "../engine/database.ts";
import { publicUrl, toldOutside } from "../runtime/env.ts";
import { type InputFile, ProviderError } from "../providers/provider.ts";
import { checkResultUrl } from "./result_url.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";

/** The largest result that is taken, in bytes. */
export const MAX_OUTPUT_BYTES = 500 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 120_000;
// It has to outlive the provider's own queue and its download.
const SIGNED_URL_SECONDS = 6 * 60 * 60;
const MAX_REDIRECTS = 3;

/** A result could not be fetched or is not what it should be. */
export class OutputError extends Error {
  constructor(
    readonly code:
      | "output_unavailable"
      | "output_too_large"
      | "output_wrong_type",
    message: string,
  ) {
    super(message);
    this.name = "OutputError";
  }
}

/** Opens a file of the bucket `inputs`. Throws ProviderError of class never when it is gone: it will not come back. */
export async function openInput(path: string): Promise<InputFile> {
  const bucket = admin().storage.from("inputs");
  const { data: info, error } = await bucket.info(path);
  if (error) throw goneOr(error, path);
  const stream = unwrap(await bucket.download(path).asStream());
  return {
    stream,
    name: path.split("/").at(-1) ?? "file",
    contentType: info.contentType ?? "application/octet-stream",
    bytes: info.size ?? 0,
  };
}

/**
 * An address at which a provider or a worker can read a file of the bucket `inputs`, for SIGNED_URL_SECONDS. Throws as openInput.
 */
export async function signInput(path: string): Promise<string> {
  const { data, error } = await admin().storage.from("inputs").createSignedUrl(path, SIGNED_URL_SECONDS);
  if (error) throw goneOr(error, path);
  return toldOutside(data.signedUrl);
}

function goneOr(error: Error, path: string): Error {
  const isGone = error instanceof StorageApiError && (error.status === 404 || error.statusCode === "404");
  if (!isGone) return error;
  const message = `The input file ${path} is no longer there`;
  return new ProviderError({ retryClass: "never", code: "input_gone", message });
}

/**
 * Copies a result to `outputs/<path>.<extension>`. Overwrites: doing it again after a crash is harmless.
 * @throws OutputError, RefusedAddress
 */
export async function storeOutput(
  address: string,
  path: string,
  declaredType: string | null,
): Promise<StoredFile> {
  const response = await fetchResult(address);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new OutputError(
      "output_unavailable",
      `The result answered HTTP ${response.status}`,
    );
  }
  const length = Number(response.headers.get("content-length") ?? 0);
  if (length > MAX_OUTPUT_BYTES) {
    await response.body.cancel();
    throw tooLarge(length);
  }
  const { first, rest } = await peek(response.body, SNIFF_BYTES);
  const type = sniff(first);
  if (!type) {
    await rest.cancel();
    const claimed = declaredType ?? response.headers.get("content-type");
    throw new OutputError(
      "output_wrong_type",
      `The result is neither image nor video (it claims to be ${claimed})`,
    );
  }
  const counted = countBytes(rest);
  const target = `${path}.${type.split("/")[1] === "quicktime" ? "mov" : type.split("/")[1]}`;
  const stored = await admin().storage.from("outputs").upload(target, counted.stream, {
    contentType: type,
    upsert: true,
    duplex: "half",
  });
  // The upload fails because the stream did; the stream's reason is the one that counts.
  if (counted.bytes() > MAX_OUTPUT_BYTES) throw tooLarge(counted.bytes());
  unwrap(stored);
  return {
    bucket: "outputs",
    path: target,
    content_type: type,
    bytes: counted.bytes(),
  };
}

/** The permanent address of a stored file, for its owner's token. */
export function fileUrl({ bucket, path }: StoredFile): string {
  return `${publicUrl()}/storage/v1/object/authenticated/${bucket}/${path}`;
}

/** Follows redirects itself, so that each address on the way is checked. */
async function fetchResult(address: string): Promise<Response> {
  let url = await checkResultUrl(address);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location) {
      return response;
    }
    await response.body?.cancel();
    url = await checkResultUrl(new URL(location, url).href);
  }
  throw new OutputError(
    "output_unavailable",
    `The result redirected more than ${MAX_REDIRECTS} times`,
  );
}

/** Reads at least `size` bytes (fewer if there are no more) and gives them back together with the whole stream. */
async function peek(
  stream: ReadableStream<Uint8Array>,
  size: number,
): Promise<{ first: Uint8Array; rest: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let ended = false;
  while (
    !ended && chunks.reduce((sum, chunk) => sum + chunk.length, 0) < size
  ) {
    const { value, done } = await reader.read();
    if (value) chunks.push(value);
    ended = done;
  }
  async function* all() {
    yield* chunks;
    for (
      let next = await reader.read();
      !next.done;
      next = await reader.read()
    ) yield next.value;
  }
  const first = new Uint8Array(
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  chunks.reduce(
    (offset, chunk) => (first.set(chunk, offset), offset + chunk.length),
    0,
  );
  return { first: first.slice(0, size), rest: streamOf(all(), reader) };
}

/** A stream of what `chunks` yields. Cancelling it cancels `reader`, also when nothing has been read yet. */
function streamOf(
  chunks: AsyncGenerator<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

function tooLarge(bytes: number): OutputError {
  return new OutputError(
    "output_too_large",
    `The result has ${bytes} bytes or more; at most ${MAX_OUTPUT_BYTES} are taken`,
  );
}

/** Counts what passes; errors the stream when it is more than a result may have. */
function countBytes(
  stream: ReadableStream<Uint8Array>,
): { stream: ReadableStream<Uint8Array>; bytes: () => number } {
  let bytes = 0;
  const counted = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT_BYTES) throw tooLarge(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  return { stream: counted, bytes: () => bytes };
}
