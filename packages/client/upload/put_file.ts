/** One PUT of a whole file. A browser's `fetch` tells nothing while it sends, so its elder is used where there is one. */
import { messageOf } from "../api/message_of.ts";
import type { StorageAnswer } from "./storage_answer.ts";

export interface Put {
  readonly url: string;
  readonly file: Blob;
  readonly contentType: string;
  readonly signal: AbortSignal;
  /** Bytes that have left, told now and then where that can be known. */
  readonly onSent: (bytes: number) => void;
}

/** Sends a file. Resolves with the answer, status 0 where there was none. @throws `signal.reason` */
export type SendFile = (put: Put) => Promise<StorageAnswer>;

/** `XMLHttpRequest`, as far as it is used. */
interface Request {
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null };
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob): void;
  abort(): void;
}

/** The best way to send there is. */
export const sendFile: SendFile = (put) => {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Request };
  return XMLHttpRequest ? sendWithProgress(put, new XMLHttpRequest()) : sendAtOnce(put);
};

function headersOf(contentType: string): Record<string, string> {
  return { "content-type": contentType, "cache-control": "max-age=3600" };
}

export function sendWithProgress(put: Put, request: Request): Promise<StorageAnswer> {
  const { signal } = put;
  return new Promise<StorageAnswer>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => request.abort();
    const end = (answer: StorageAnswer) => {
      signal.removeEventListener("abort", abort);
      if (signal.aborted) reject(signal.reason);
      else resolve(answer);
    };
    request.upload.onprogress = ({ loaded }) => put.onSent(Math.min(loaded, put.file.size));
    request.onload = () => end({ status: request.status, text: request.responseText });
    request.onerror = () => end({ status: 0, text: "The connection was lost, or never made." });
    request.onabort = () => end({ status: 0, text: "The request was given up." });
    request.open("PUT", put.url);
    for (const [name, value] of Object.entries(headersOf(put.contentType))) {
      request.setRequestHeader(name, value);
    }
    signal.addEventListener("abort", abort);
    request.send(put.file);
  });
}

export async function sendAtOnce({ url, file, contentType, signal }: Put): Promise<StorageAnswer> {
  signal.throwIfAborted();
  try {
    const answer = await fetch(url, { method: "PUT", body: file, headers: headersOf(contentType), signal });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    signal.throwIfAborted();
    return { status: 0, text: messageOf(error) };
  }
}
