/** Fetches a video as Meta does: piece after piece, going on where a connection broke, and counting what came. */
import { createHash } from "node:crypto";
import { pause } from "../kit/pause.ts";
import { LOOK_BYTES } from "../social/media_look.ts";

/** What is fetched, as far as it is. */
export interface Download {
  /** Requests that were made for it. */
  fetches: number;
  /** All bytes that came, those that came twice among them. */
  bytes: number;
}

/** A file, whole. */
export interface FetchedVideo {
  readonly sha256: string;
  readonly bytes: number;
  readonly head: Uint8Array;
}

const MOST_FETCHES = 5;

/**
 * Fetches it; `download` is counted while that goes on. `breaks`: how many bytes of each request are taken before it is let
 * go of; undefined: all. @returns null where it cannot be had.
 */
export async function fetchVideo(
  address: string,
  download: Download,
  closing: AbortSignal,
  breaks: () => number | undefined,
): Promise<FetchedVideo | null> {
  const hash = createHash("sha256");
  const head = new Uint8Array(LOOK_BYTES);
  let had = 0;
  for (let left = MOST_FETCHES; left > 0 && !closing.aborted; left--) {
    download.fetches++;
    try {
      const response = await fetch(address, {
        headers: { "user-agent": "facebookexternalhit/1.1", ...had > 0 ? { range: `bytes=${had}-` } : {} },
        signal: closing,
      });
      // Whoever does not know ranges is believed to send it from its beginning, which is of no use here.
      if (!response.ok || !response.body || (had > 0 && response.status !== 206)) {
        await response.body?.cancel();
        return null;
      }
      const whole = had + Number(response.headers.get("content-length") ?? NaN);
      const most = had + (breaks() ?? Infinity);
      for await (const chunk of response.body) {
        const taken = chunk.subarray(0, most - had);
        hash.update(taken);
        if (had < LOOK_BYTES) head.set(taken.subarray(0, LOOK_BYTES - had), had);
        had += taken.length;
        download.bytes += taken.length;
        if (had >= most) break;
      }
      if (Number.isNaN(whole) || had === whole) {
        return had === 0
          ? null
          : { sha256: hash.digest("hex"), bytes: had, head: head.subarray(0, Math.min(had, LOOK_BYTES)) };
      }
    } catch {
      await pause(20, closing).catch(() => {});
    }
  }
  return null;
}
