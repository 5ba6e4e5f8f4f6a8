/** A large file: in pieces, going on where it was cut, by a reload too. */
import { fingerprintOf } from "./fingerprint.ts";
import type { Memory } from "./memory.ts";
import { askForPlace, expiryOf, resumableEndpoint } from "./place.ts";
import type { Sending } from "./sending.ts";
import { errorOf, isGone } from "./storage_answer.ts";
import type { Turns } from "./turns.ts";
import { PiecesRefused, sendPieces } from "./tus_upload.ts";

/** How long the token of a place that does not say is good, in ms. */
const TOKEN_MS = 2 * 60 * 60_000;

/** Returns the path. The same file twice at once goes to two places. @throws EsteiraError, `signal.reason` */
export async function sendInPieces(sending: Sending, memory: Memory, turns: Turns): Promise<string> {
  const { file, wish, user } = sending;
  const fingerprint = await fingerprintOf(file, wish, user);
  if (fingerprint === null) return await begin(sending, () => {});
  return await turns.with(fingerprint, async (isAlone) => {
    if (!isAlone) return await begin(sending, () => {});
    const path = await goOn(sending, memory, fingerprint) ??
      await begin(sending, (begun) => memory.remember(fingerprint, { user, ...begun }));
    memory.forget(fingerprint);
    return path;
  });
}

/** Returns the path; null where there is nothing to go on with any more. */
async function goOn(sending: Sending, memory: Memory, fingerprint: string): Promise<string | null> {
  const begun = memory.recall(fingerprint);
  if (!begun?.path.startsWith(`${sending.user}/`)) return null;
  try {
    await sendPieces(sending, { uploadUrl: begun.url, token: begun.token });
    return begun.path;
  } catch (error) {
    if (!(error instanceof PiecesRefused)) throw error;
    if (!isGone(error.answer)) throw errorOf(error.answer);
    memory.forget(fingerprint);
    return null;
  }
}

async function begin(
  sending: Sending,
  onBegun: (begun: { url: string; path: string; token: string; expiresAt: number }) => void,
): Promise<string> {
  const { http, wish, signal, surroundings } = sending;
  const { bucket, path, token, signedUrl } = await askForPlace(http, wish, signal);
  const expiresAt = expiryOf(token) ?? surroundings.now() + TOKEN_MS;
  try {
    await sendPieces(sending, {
      endpoint: resumableEndpoint(signedUrl),
      metadata: { bucketName: bucket, objectName: path, contentType: wish.contentType, cacheControl: "3600" },
      token,
      onBegun: (url) => onBegun({ url, path, token, expiresAt }),
    });
    return path;
  } catch (error) {
    throw error instanceof PiecesRefused ? errorOf(error.answer) : error;
  }
}
