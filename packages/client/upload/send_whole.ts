/** A small file: one request, repeated while the network is at fault. */
import { backOff, REQUEST } from "../live/back_off.ts";
import { anySignal, pause } from "../http/pause.ts";
import { askForPlace, type Place } from "./place.ts";
import type { SendFile } from "./put_file.ts";
import { longestUnseen, type Sending, STALL_MS, TRIES } from "./sending.ts";
import { watchForStall } from "./stall.ts";
import { errorOf, isPassing, type StorageAnswer, trueStatus } from "./storage_answer.ts";

/** Returns the path. @throws EsteiraError, `signal.reason` */
export async function sendWhole(sending: Sending, send: SendFile): Promise<string> {
  const { http, wish, signal, surroundings } = sending;
  const place = await askForPlace(http, wish, signal);
  for (let tries = 1;; tries++) {
    const answer = await sendOnce(sending, place, send);
    const status = trueStatus(answer);
    // The first answer was lost on its way: nobody else has this place, so what is there is this file.
    const isThere = status === 409 && tries > 1;
    if (isThere || (status >= 200 && status < 300)) return place.path;
    if (!isPassing(answer) || tries >= TRIES) throw errorOf(answer);
    await pause(surroundings, backOff(tries, surroundings.random(), REQUEST), signal);
  }
}

async function sendOnce(sending: Sending, place: Place, send: SendFile): Promise<StorageAnswer> {
  const { file, wish, onSent, surroundings } = sending;
  const { signal, abort, release } = anySignal([sending.signal]);
  const stalled = { status: 0, text: "Nothing has moved for too long." };
  const patience = { ms: STALL_MS, firstMs: longestUnseen(file.size) };
  const stall = watchForStall(surroundings, patience, () => abort(stalled));
  try {
    return await send({
      url: place.signedUrl,
      file,
      contentType: wish.contentType,
      signal,
      onSent(bytes) {
        stall.moved();
        onSent(bytes);
      },
    });
  } catch (reason) {
    if (reason === stalled) return stalled;
    throw reason;
  } finally {
    stall.end();
    release();
  }
}
