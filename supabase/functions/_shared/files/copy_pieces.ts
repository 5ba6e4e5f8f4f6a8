/** A large file that comes in one answer alone: a piece of it is held until it is stored. */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { addPiece } from "./add_piece.ts";
import type { CopyState } from "./copy_state.ts";
import { bucketOf, type CopyTarget, storedAt } from "./copy_target.ts";
import { CopyPaused, OutputError, tooLarge, unavailable } from "./output_error.ts";
import { finishUpload, giveUpUpload } from "./resumable_upload.ts";
import type { Source } from "./source.ts";
import { UploadGone } from "./storage_call.ts";
import type { TextCheck } from "./words.ts";

/** A copy that begins. */
export interface Pieces {
  source: Source;
  /** A piece that has been fetched, and looked at. */
  first: Uint8Array<ArrayBuffer>;
  check: TextCheck | null;
  state: CopyState;
  target: CopyTarget;
}

/** @throws OutputError, CopyPaused, UploadGone, UploadTaken; what the source breaks off with */
export async function copyPieces({ source, first, check, state, target }: Pieces): Promise<StoredFile> {
  const { upload, path, type, total } = state;
  try {
    let end = 0;
    let piece = first;
    while (true) {
      const offset = end;
      end += piece.length;
      if (end > Math.min(total ?? Infinity, target.maxBytes)) throw tooLarge(end, target.maxBytes);
      const isLast = total === null ? await source.reader.isAtEnd() : end === total;
      if (isLast) check?.end();
      const length = total === null && isLast ? end : null;
      await addPiece(upload, piece, { offset, length, tries: target.tries });
      target.budget.sent = end;
      if (isLast) break;
      if (Date.now() >= target.latest) throw new CopyPaused(`${end} bytes are stored`);
      piece = await source.reader.read(target.pieceBytes, target.latest);
      if (piece.length === 0) throw unavailable(`The result ended after ${end} bytes`);
      check?.pass(piece);
    }
    if (!await finishUpload(upload, bucketOf(target), path, end)) {
      throw new UploadGone("It did not become a file");
    }
    return storedAt(target, path, type, end);
  } catch (error) {
    await source.close();
    if (error instanceof OutputError && error.code !== "output_unavailable") await giveUpUpload(upload);
    throw error;
  }
}
