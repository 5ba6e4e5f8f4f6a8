/** A stream with its reader: whichever of them ends it, nothing of it is left. */
import { Outbox } from "./outbox.ts";
import { Telling, type TellingOptions } from "./telling.ts";

export interface Stream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Resolves when it has ended in its time, its reader has left, or was too slow. */
  readonly over: Promise<void>;
}

/** Begins one. */
export function startStream(options: Omit<TellingOptions, "outbox" | "ended">): Stream {
  const { promise, resolve } = Promise.withResolvers<void>();
  const outbox = new Outbox(() => {
    telling.close();
    resolve();
  });
  const telling = new Telling({ ...options, outbox, ended: resolve });
  return { body: outbox.body, over: promise };
}
