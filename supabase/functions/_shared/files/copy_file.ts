/**
 * Copies a result to the bucket `outputs`, or a file that was named by its address to `handed`. What fits in one piece is put there at once. A larger file goes in pieces, each
 * fetched and stored before the next one is asked for: a worker that dies costs one piece at most, and whoever goes on
 * asks Storage how far it is.
 */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import { copyParts } from "./copy_parts.ts";
import { copyPieces } from "./copy_pieces.ts";
import type { CopyState } from "./copy_state.ts";
import { bucketOf, type CopyTarget, storedAt } from "./copy_target.ts";
import { FileChanged } from "./file_changed.ts";
import { LOOK_BYTES, lookAt } from "./first_look.ts";
import { MEMORY } from "./memory.ts";
import { CopyPaused, tooLarge, unavailable } from "./output_error.ts";
import { putFile } from "./put_file.ts";
import { beginUpload, finishUpload, giveUpUpload, stateOf } from "./resumable_upload.ts";
import { extensionOf } from "./result_types.ts";
import { openSource, type Source } from "./source.ts";
import { UploadGone, UploadTaken } from "./storage_call.ts";
import { TextCheck } from "./words.ts";

/**
 * Copies the result at `url`, from where `state` says that an earlier worker was. Does not matter how often it is done.
 * @throws OutputError, RefusedAddress; CopyPaused when the time was not enough, with what is done kept
 */
export async function copyFile(
  url: string,
  target: CopyTarget,
  state: CopyState | null,
): Promise<StoredFile> {
  try {
    const { open = openSource } = target;
    return await (state ? goOn(url, target, state) : begin(await open(url), url, target));
  } catch (error) {
    if (error instanceof UploadTaken) throw unavailable("Another worker copies the result");
    if (!(error instanceof FileChanged || error instanceof UploadGone)) throw error;
    await target.note(null);
    if (state && error instanceof FileChanged) await giveUpUpload(state.upload);
    try {
      return await begin(error instanceof FileChanged ? error.source : await openSource(url), url, target);
    } catch (again) {
      const isChange = again instanceof FileChanged || again instanceof UploadGone ||
        again instanceof UploadTaken;
      throw isChange ? unavailable("The result changed while it was copied") : again;
    }
  }
}

/** Stores a result that comes but once. @throws OutputError; what the stream errors with */
export async function keepStream(source: Source, target: CopyTarget): Promise<StoredFile> {
  try {
    return await begin(source, "", target);
  } catch (error) {
    const isLost = error instanceof UploadGone || error instanceof UploadTaken || error instanceof CopyPaused;
    throw isLost ? unavailable(`The result could not be stored in time: ${error.message}`) : error;
  }
}

/** A piece is in memory twice, as it came and as it is sent on. */
async function begin(source: Source, url: string, target: CopyTarget): Promise<StoredFile> {
  const held = 2 * Math.min(source.total ?? Infinity, target.pieceBytes);
  return await MEMORY.lend(held, () => beginHeld(source, url, target));
}

async function beginHeld(source: Source, url: string, target: CopyTarget): Promise<StoredFile> {
  const { maxBytes, types, declaredType, areWordsFinal, tries, pieceBytes } = target;
  const { total, reader, validator, hasParts } = source;
  try {
    if (total !== null && total > maxBytes) throw tooLarge(total, maxBytes);
    const canGoOn = total !== null && validator !== null && hasParts;
    const until = canGoOn ? target.until : target.latest;
    const head = await beginning(source, until, Math.min(LOOK_BYTES, pieceBytes));
    const claimed = declaredType ?? source.claimed;
    const { type, isText } = lookAt(head, types, { claimed, areWordsFinal });
    const path = `${target.path}.${extensionOf(type)}`;
    const begun = async () => {
      const upload = await beginUpload(bucketOf(target), path, type, total);
      const state = { url, path, type, isText, upload, total, validator };
      await target.note(state);
      return state;
    };
    if (canGoOn && total > pieceBytes) {
      const state = { ...await begun(), total, validator };
      return await copyParts({ url, state, target, offset: 0, opened: { source, head } });
    }
    const first = await reader.read(Math.min(total ?? Infinity, pieceBytes), until, head);
    if (first.length > maxBytes) throw tooLarge(first.length, maxBytes);
    const isWhole = total === null ? await reader.isAtEnd() : first.length === total;
    const check = isText ? new TextCheck() : null;
    check?.pass(first);
    if (!isWhole) return await copyPieces({ source, first, check, state: await begun(), target });
    check?.end();
    await putFile(bucketOf(target), path, first, { type, tries });
    return storedAt(target, path, type, first.length);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** As much as tells what a file is; less only where there is no more of it. @throws OutputError where it breaks off before */
async function beginning(
  { total, reader }: Source,
  until: number,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = Math.min(total ?? Infinity, bytes);
  const head = await reader.read(size, until);
  if (head.length === size) return head;
  if (Date.now() >= until) throw unavailable("Nothing of the result came in time");
  if (!await reader.isAtEnd() || total !== null) throw unavailable("The result broke off at its beginning");
  return head;
}

async function goOn(url: string, target: CopyTarget, state: CopyState): Promise<StoredFile> {
  const { upload, path, type, total, validator } = state;
  const progress = await stateOf(upload);
  if (!progress) throw new UploadGone("It is not known any more");
  const { offset } = progress;
  if (total !== null && offset === total) {
    if (!await finishUpload(upload, bucketOf(target), path, total)) {
      throw new UploadGone("It did not become a file");
    }
    return storedAt(target, path, type, total);
  }
  if (total === null || validator === null || !isSameResult(url, state)) {
    await giveUpUpload(upload);
    throw new UploadGone("It cannot be gone on with");
  }
  const same = { ...state, total, validator };
  return await MEMORY.lend(
    2 * target.pieceBytes,
    () => copyParts({ url, state: same, target, offset, opened: null }),
  );
}

/** A fresh address of the same file will do, where the file can be told by more than a date. */
function isSameResult(url: string, { url: before, validator }: CopyState): boolean {
  return url === before || validator?.startsWith('"') === true;
}
