/** Fetches media as Meta does: from a public address, whole, and by what is in it rather than by its name. */
import { createHash } from "node:crypto";
import { LOOK_BYTES, lookAt, type MediaLook } from "../social/media_look.ts";

/** What was fetched. */
export interface Fetched extends MediaLook {
  readonly sha256: string;
  readonly bytes: number;
}

/** Fetches it. @returns why not, where it cannot be had. */
export async function fetchMedia(
  address: string,
  mostMs: number,
  closing: AbortSignal,
): Promise<Fetched | "timeOut" | "notFetched"> {
  const timeOut = AbortSignal.timeout(mostMs);
  try {
    const response = await fetch(address, {
      headers: { "user-agent": "facebookexternalhit/1.1" },
      signal: AbortSignal.any([timeOut, closing]),
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return "notFetched";
    }
    const hash = createHash("sha256");
    const head = new Uint8Array(LOOK_BYTES);
    let bytes = 0;
    for await (const chunk of response.body) {
      hash.update(chunk);
      if (bytes < LOOK_BYTES) head.set(chunk.subarray(0, LOOK_BYTES - bytes), bytes);
      bytes += chunk.length;
    }
    const length = response.headers.get("content-length");
    const isWhole = length === null || response.headers.has("content-encoding") || Number(length) === bytes;
    if (!isWhole || bytes === 0) return "notFetched";
    return { ...lookAt(head.subarray(0, Math.min(bytes, LOOK_BYTES))), sha256: hash.digest("hex"), bytes };
  } catch {
    return timeOut.aborted ? "timeOut" : "notFetched";
  }
}
