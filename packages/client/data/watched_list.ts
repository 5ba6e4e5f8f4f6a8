/** Something of the user's that is read whole, and read anew when it may have changed. */
import { jobsTopic } from "../../../shared/words/topics.ts";
import type { Logger } from "../api/esteira.ts";
import type { Loaded } from "../api/job.ts";
import { createStore, type Store } from "../store/store.ts";
import type { Link } from "../live/link.ts";
import type { Message } from "../live/transport.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { isRefusal } from "./completeness.ts";
import type { LearnedBy } from "./entities.ts";
import { createRoom } from "./rooms.ts";

export interface Watched<T> {
  readonly store: Store<Loaded<T>>;
  /** What is shown; null: nothing yet. */
  shown(): T | null;
  /** Shows something else; the same is no change. */
  show(data: T): void;
  /** Reads it anew a moment from now; many wishes are one. */
  readSoon(): void;
  reset(): void;
  close(): void;
}

export interface WatchedOptions<T> {
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
  /** Reads it; what it returns is shown. @throws what kept it from that */
  read: (by: LearnedBy, signal?: AbortSignal) => Promise<T>;
  /** A message on `jobs:{user}`. */
  heard: (message: Message, via: "realtime" | "sse") => void;
  isOpen: (data: T | null) => boolean;
}

const SOON_MS = 150;
const LOADING = { state: "loading", data: null, error: null } as const;

export function createWatched<T>(
  { link, surroundings, logger, read, heard, isOpen }: WatchedOptions<T>,
): Watched<T> {
  let life = 0;
  let timer: unknown;
  const room = createRoom(surroundings, () =>
    link.hold({
      topic: jobsTopic,
      message: heard,
      snapshot: (reason, signal) => readNow(reason === "poll" ? "poll" : "snapshot", signal),
      isOpen: () => isOpen(watched.shown()),
      userChanged: () => {},
    }));
  const store = createStore<Loaded<T>>(LOADING, {
    onActive() {
      const isRead = !room.isHeld(); // whoever begins to hold is asked to read
      const leave = room.enter();
      if (!isRead) readInBackground();
      return () => {
        surroundings.clearTimeout(timer);
        timer = undefined;
        leave();
      };
    },
  });

  async function readNow(by: LearnedBy, signal?: AbortSignal): Promise<void> {
    const begun = life;
    try {
      const data = await read(by, signal);
      if (begun === life) watched.show(data);
    } catch (error) {
      // What the server says no to is the state of the list, and no fault of the connection.
      if (!isRefusal(error)) throw error;
      if (begun === life) store.set({ state: "failed", data: watched.shown(), error: error as Error });
    }
  }

  function readInBackground(): void {
    readNow("answer").catch((error) => {
      logger.debug("[READ] Not read, and asked for again", error);
      if (room.isHeld()) link.missed(jobsTopic(link.userId() ?? ""));
    });
  }

  const watched: Watched<T> = {
    store,
    shown: () => store.getSnapshot().data,
    show(data) {
      const { state, data: before } = store.getSnapshot();
      if (state !== "ready" || before !== data) store.set({ state: "ready", data, error: null });
    },
    readSoon() {
      timer ??= surroundings.setTimeout(() => {
        timer = undefined;
        readInBackground();
      }, SOON_MS);
    },
    reset() {
      life++;
      store.set(LOADING);
    },
    close() {
      surroundings.clearTimeout(timer);
      room.close();
    },
  };
  return watched;
}
