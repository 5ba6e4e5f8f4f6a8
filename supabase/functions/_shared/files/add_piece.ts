/** Adds a piece that is held to an upload, through what trouble Storage may have. */
import { OutputError, unavailable } from "./output_error.ts";
import { addBytes, stateOf } from "./resumable_upload.ts";
import { UploadGone } from "./storage_call.ts";

/**
 * Where Storage has trouble, asks how far it came and sends the rest, `tries` times in all, each after a longer pause.
 * `length`: of the whole, where it is said with this piece. @throws OutputError, UploadGone, UploadTaken
 */
export async function addPiece(
  place: string,
  piece: Uint8Array<ArrayBuffer>,
  { offset, length, tries, pauseMs = 1000 }: {
    offset: number;
    length: number | null;
    tries: number;
    pauseMs?: number;
  },
): Promise<void> {
  const end = offset + piece.length;
  let at = offset;
  let toSay = length;
  for (let left = tries;; left--) {
    try {
      at = await addBytes(place, piece.subarray(at - offset), at, toSay);
      if (at < end) throw unavailable("Storage took a part of a piece");
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof OutputError) || error.code !== "output_unavailable") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (tries - left)));
    const state = await stateOf(place).catch(() => ({ offset: at, length: null }));
    if (!state) throw new UploadGone("It is not known any more");
    at = Math.min(Math.max(state.offset, at), end);
    if (state.length !== null) toSay = null;
    // Taken whole, before the answer was lost; what the last piece makes is looked after by `finishUpload`.
    if (at === end) return;
  }
}
