/** One upload in pieces by `tus-js-client`. This module is loaded when the first large file comes. */
import { type DetailedError, Upload, type UploadOptions } from "tus-js-client";
import { backOff, REQUEST } from "../live/back_off.ts";
import { longestUnseen, PIECE, type Sending, STALL_MS, TRIES } from "./sending.ts";
import { watchForStall } from "./stall.ts";
import { isPassing, type StorageAnswer, trueStatus } from "./storage_answer.ts";
import { blobReader } from "./tus_source.ts";

/** Where to begin, or where to go on. */
export interface Pieces extends Pick<UploadOptions, "endpoint" | "uploadUrl" | "metadata"> {
  readonly token: string;
  /** Told once where the pieces go. */
  readonly onBegun?: (url: string) => void;
}

/** What Storage answered in the end, where it is not that it has the file. */
export class PiecesRefused extends Error {
  override readonly name = "PiecesRefused";
  constructor(readonly answer: StorageAnswer) {
    super(answer.text);
  }
}

/** Resolves when Storage has the whole file. @throws PiecesRefused, `signal.reason` */
export async function sendPieces(sending: Sending, { token, onBegun, ...where }: Pieces): Promise<void> {
  const { file, surroundings, signal, onSent } = sending;
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let stalls = 0;
    const end = (settle: () => void) => {
      stall.end();
      signal.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => {
      upload.abort();
      end(() => reject(signal.reason));
    };
    const fileReader = blobReader();
    // @ts-ignore: its types say File or Blob or what Node has, which the types of each platform call by other names
    const upload = new Upload(file, {
      ...where,
      ...fileReader && { fileReader },
      headers: { "x-signature": token },
      chunkSize: PIECE,
      storeFingerprintForResuming: false,
      retryDelays: Array.from(
        { length: TRIES - 1 },
        (_, at) => backOff(at + 1, surroundings.random(), REQUEST),
      ),
      onShouldRetry: (error) => isWorthAnother(answerOf(error)),
      onProgress(bytes) {
        stall.moved();
        onSent(bytes);
      },
      onUploadUrlAvailable() {
        stall.moved();
        if (upload.options.endpoint && upload.url) onBegun?.(upload.url);
        // From here on it goes on or fails: left in, an answer of 503 to "how far is it?" would begin a second upload.
        upload.options.endpoint = null;
      },
      onSuccess: () => end(resolve),
      onError: (error) => end(() => reject(new PiecesRefused(answerOf(error)))),
    });
    const stall = watchForStall(surroundings, { ms: STALL_MS, firstMs: longestUnseen(PIECE) }, () => {
      upload.abort();
      if (++stalls >= TRIES) return end(() => reject(new PiecesRefused(STALLED)));
      stall.moved();
      upload.start();
    });
    signal.addEventListener("abort", abort);
    upload.start();
  });
}

const STALLED = { status: 0, text: "Nothing has moved for too long." };

/** An offset that is not the one it was (409) is asked for again, and so is an upload that another request holds (423). */
function isWorthAnother(answer: StorageAnswer): boolean {
  return isPassing(answer) || trueStatus(answer) === 409;
}

function answerOf(error: Error | DetailedError): StorageAnswer {
  const response = "originalResponse" in error ? error.originalResponse : null;
  return response
    ? { status: response.getStatus(), text: response.getBody() }
    : { status: 0, text: error.message };
}
