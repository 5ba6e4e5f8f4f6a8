/**
 * A large file whose parts can be asked for, one after the other: each is sent on to its upload while it comes, so that a
 * worker that dies costs what was on its way and no more.
 */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import type { CopyState } from "./copy_state.ts";
import { bucketOf, type CopyTarget, storedAt } from "./copy_target.ts";
import { FileChanged } from "./file_changed.ts";
import { CopyPaused, OutputError, unavailable } from "./output_error.ts";
import { PassingPiece } from "./passing_piece.ts";
import { addBytes, finishUpload, giveUpUpload, stateOf } from "./resumable_upload.ts";
import { openPart, type Source } from "./source.ts";
import { UploadGone } from "./storage_call.ts";
import { TextCheck } from "./words.ts";

const PAUSE_MS = 1_000;

/** A copy under way. */
export interface Parts {
  /** Where the file is now. */
  url: string;
  state: CopyState & { total: number; validator: string };
  target: CopyTarget;
  /** Bytes that are stored. */
  offset: number;
  /** The file as it was opened at its beginning, and what was read of it. */
  opened: { source: Source; head: Uint8Array } | null;
}

/** @throws OutputError, RefusedAddress, CopyPaused, FileChanged, UploadGone, UploadTaken */
export async function copyParts({ url, state, target, offset, opened }: Parts): Promise<StoredFile> {
  const { upload, path, type, total, isText } = state;
  let check = isText ? new TextCheck({ isInside: offset > 0 }) : null;
  let at = offset;
  let first = opened;
  for (let tries = target.tries; at < total;) {
    const from = at;
    const bytes = Math.min(target.pieceBytes, total - from);
    const piece = new PassingPiece({
      head: first?.head ?? new Uint8Array(),
      bytes,
      open: (after) => openSame(url, from + after, Math.min(target.partBytes, bytes - after), state),
      until: target.until,
      check,
      isLast: from + bytes === total,
    }, first?.source ?? null);
    first = null;
    try {
      if (await piece.begin()) at = await addBytes(upload, piece.stream, from);
    } catch (error) {
      if (--tries <= 0 || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      at = await whereNow(upload);
      check = isText ? new TextCheck({ isInside: true }) : null;
      continue;
    } finally {
      await piece.close();
    }
    tries = target.tries;
    target.budget.bytes -= piece.passed;
    target.budget.sent = at;
    await judge(piece, upload);
    const isLate = Date.now() >= target.until || target.budget.bytes <= 0;
    if (isLate && at < total) throw new CopyPaused(`${at} bytes are stored`);
    if (piece.passed === 0 && at < total) throw unavailable(`The result ended after ${at} bytes`);
  }
  if (!await finishUpload(upload, bucketOf(target), path, total)) {
    throw new UploadGone("It did not become a file");
  }
  return storedAt(target, path, type, total);
}

/** Opens `size` bytes at `from` of the file that what is stored is of. @throws FileChanged */
export async function openSame(
  url: string,
  from: number,
  size: number,
  { total, validator }: Parts["state"],
): Promise<Source> {
  const source = await openPart(url, { from, size, total, validator });
  const isSame = source.from > 0 || (source.total === total && source.validator === validator);
  if (source.from !== from || !isSame) throw new FileChanged(source);
  return source;
}

function isPassing(error: unknown): boolean {
  return error instanceof OutputError && error.code === "output_unavailable";
}

/** A piece that broke off is gone on with if anything of it came; what is refused ends the copy. */
async function judge({ failure, passed }: PassingPiece, upload: string): Promise<void> {
  if (!failure || (isPassing(failure.error) && passed > 0)) return;
  if (!isPassing(failure.error)) await giveUpUpload(upload);
  throw failure.error;
}

async function whereNow(upload: string): Promise<number> {
  const now = await stateOf(upload);
  if (!now) throw new UploadGone("It is not known any more");
  return now.offset;
}
