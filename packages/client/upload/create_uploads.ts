/** Uploads of files that jobs name in their input: small ones by one PUT, large ones in pieces that survive a reload. */
import type { Upload, UploadOptions, UploadProgress } from "../api/upload.ts";
import { toError } from "../http/outcome.ts";
import { anySignal, unlessAborted } from "../http/pause.ts";
import type { Link } from "../live/link.ts";
import { createStore } from "../store/store.ts";
import { contentTypeOf } from "./content_type.ts";
import { createMemory, ownShelf, type Shelf } from "./memory.ts";
import type { Asks } from "./place.ts";
import { type SendFile, sendFile } from "./put_file.ts";
import { type Around, PIECE, type Sending } from "./sending.ts";
import { sendWhole } from "./send_whole.ts";

export interface Uploads {
  /** `Esteira.upload`. */
  upload(file: Blob, options: UploadOptions): Upload;
  /** Aborts what is under way, with `closed`. */
  close(): void;
}

/** @param shelf where uploads under way are remembered @param send how a whole file is sent */
export function createUploads({ http, link, surroundings, shelf = ownShelf(), send = sendFile }: {
  http: Asks;
  link: Pick<Link, "userId" | "onUser">;
  surroundings: Around;
  shelf?: Shelf;
  send?: SendFile;
}): Uploads {
  const life = new AbortController();
  const running = new Set<string>();
  const memory = createMemory(shelf, surroundings);
  memory.sweep();
  const unwatch = link.onUser((user) => memory.sweep(user));

  async function run(file: Blob, options: UploadOptions, onSent: (bytes: number) => void) {
    const { signal, abort, release } = anySignal([options.signal, life.signal]);
    let user = link.userId();
    const releaseUser = link.onUser((next) => {
      if (user !== undefined && next !== user) {
        abort(toError("user_changed", "Somebody else has signed in, or nobody is."));
      }
    });
    try {
      user ??= await unlessAborted(currentUser(link), signal);
      signal.throwIfAborted();
      if (user === null) throw toError("unauthenticated", "Sign in first.", {}, 401);
      const { tool, field = "image" } = options;
      const wish = { tool, field, contentType: contentTypeOf(file, options.contentType), size: file.size };
      const sending: Sending = { file, wish, user, http, surroundings, signal, onSent };
      const path = file.size > PIECE
        ? await (await loadPieces()).sendInPieces(sending, memory, running)
        : await sendWhole(sending, send);
      return { path };
    } finally {
      releaseUser();
      release();
    }
  }

  return {
    upload(file, options) {
      const progress = createStore<UploadProgress>({ sent: 0, total: file.size });
      const tell = (sent: number) => progress.set({ sent, total: file.size });
      progress.subscribe(() => options.onProgress?.(progress.getSnapshot()));
      // What has left is not there yet: only Storage's answer makes it whole.
      const uploaded = run(file, options, (bytes) => {
        if (bytes < file.size) tell(bytes);
      });
      return Object.assign(
        uploaded.then((done) => {
          tell(file.size);
          return done;
        }),
        { progress },
      );
    },
    close() {
      unwatch();
      life.abort(toError("closed", "The client has been closed."));
    },
  };
}

/** What most uploads do not need. */
async function loadPieces() {
  try {
    return await import("./send_in_pieces.ts");
  } catch (error) {
    throw toError("network", `What sends large files could not be loaded: ${error}`);
  }
}

/** Who is signed in, as soon as that is known. */
function currentUser(link: Pick<Link, "userId" | "onUser">): Promise<string | null> {
  const known = link.userId();
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve) => {
    const release = link.onUser((user) => {
      release();
      resolve(user);
    });
  });
}
