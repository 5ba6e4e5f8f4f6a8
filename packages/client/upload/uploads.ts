/** Uploads: small files by one PUT, large ones in pieces that survive a reload. Loaded when there is something to upload. */
import type { UploadOptions } from "../api/upload.ts";
import { toError } from "../http/outcome.ts";
import { anySignal, unlessAborted } from "../http/pause.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { contentTypeOf } from "./content_type.ts";
import { loaded } from "../http/loaded.ts";
import { createMemory } from "./memory.ts";
import type { Asks } from "./place.ts";
import { type SendFile, sendFile } from "./put_file.ts";
import { type Clockwork, PIECE, type Sending } from "./sending.ts";
import { sendWhole } from "./send_whole.ts";
import { ownShelf, type Shelf } from "./shelf.ts";
import { createTurns } from "./turns.ts";

/** What uploads stand on. */
export interface Around {
  readonly http: Asks;
  readonly link: Pick<Link, "userId" | "onUser">;
  readonly surroundings: Clockwork & Partial<Pick<Surroundings, "locks">>;
  /** Where uploads under way are remembered. */
  readonly shelf?: Shelf;
  /** How a whole file is sent. */
  readonly send?: SendFile;
}

export interface Sender {
  /**
   * Resolves with where the file is. @param user whose it is; undefined: not known yet
   * @throws EsteiraError, `signal.reason`
   */
  send(
    user: string | null | undefined,
    file: Blob,
    options: UploadOptions,
    onSent: (bytes: number) => void,
  ): Promise<{ readonly path: string }>;
  /** Aborts what is under way, with `closed`. */
  close(): void;
}

export function createSender(
  { http, link, surroundings, shelf = ownShelf(), send = sendFile }: Around,
): Sender {
  const life = new AbortController();
  const turns = createTurns(surroundings.locks);
  const memory = createMemory(shelf, surroundings);
  memory.sweep(link.userId());
  const unwatch = link.onUser((user) => memory.sweep(user));

  const run: Sender["send"] = async (user, file, options, onSent) => {
    const { signal, abort, release } = anySignal([options.signal, life.signal]);
    const check = (now = link.userId()) => {
      if (user === undefined || now === user) return;
      abort(toError("user_changed", "Somebody else has signed in, or nobody is."));
    };
    const releaseUser = link.onUser(check);
    try {
      check();
      signal.throwIfAborted();
      user ??= await unlessAborted(currentUser(link), signal);
      if (user === null) throw toError("unauthenticated", "Sign in first.", {}, 401);
      const { tool, field = "image" } = options;
      const wish = {
        ...tool !== undefined && { tool },
        field,
        contentType: contentTypeOf(file, options.contentType),
        size: file.size,
      };
      const sending: Sending = { file, wish, user, http, surroundings, signal, onSent };
      const path = file.size > PIECE
        ? await (await loaded(() => import("./send_in_pieces.ts"))).sendInPieces(sending, memory, turns)
        : await sendWhole(sending, send);
      return { path };
    } finally {
      releaseUser();
      release();
    }
  };

  return {
    send: run,
    close() {
      unwatch();
      life.abort(toError("closed", "The client has been closed."));
    },
  };
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
