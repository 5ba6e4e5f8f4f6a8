/** The client on fakes: one user's screen, the server, and all that lies between in a test's hands. */
import "../data/create_more.ts";
import "../data/publishing/create_publishing.ts"; // both are read from the disk before the clock is in a test's hands
import { assemble } from "../create_esteira.ts";
import type { EsteiraOptions, Logger } from "../api/esteira.ts";
import type { SnapshotReason } from "../live/link.ts";
import { fakeLink } from "./fake_link.ts";
import { fakeServer } from "./fake_server.ts";
import { manualClock } from "./manual_clock.ts";

export interface Line {
  readonly level: keyof Logger;
  readonly message: string;
  readonly details: unknown;
}

export function screen(
  { user = "user-1" as string | null | undefined, ...options }: EsteiraOptions & { user?: string | null } =
    {},
) {
  const clock = manualClock();
  const link = fakeLink(user);
  const server = fakeServer(() => clock.now());
  const lines: Line[] = [];
  const note = (level: keyof Logger) => (message: string, details?: unknown) => {
    lines.push({ level, message, details });
  };
  const logger: Logger = { debug: note("debug"), warn: note("warn"), error: note("error") };
  const esteira = assemble(server.supabase, { link, surroundings: clock }, { logger, ...options });
  return {
    clock,
    link,
    server,
    lines,
    esteira,
    /** Tells what the server has told since. */
    deliver() {
      for (const { event, payload } of server.told()) link.message("jobs:user-1", event, payload);
    },
    /** Has all that is watched read anew. */
    async read(reason: SnapshotReason = "joined") {
      const read = link.snapshot(reason);
      read.catch(() => {});
      await clock.pass(500);
      await read;
    },
    /** Has a store listened to; returns what it has shown, the newest last. */
    shown<T>(store: { subscribe(listener: () => void): () => void; getSnapshot(): T }) {
      const seen: T[] = [store.getSnapshot()];
      const release = store.subscribe(() => seen.push(store.getSnapshot()));
      return { seen, now: () => store.getSnapshot(), release };
    },
  };
}

/** A promise in a test's hands. */
export function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => [open, fail] = [resolve, reject]);
  return { promise, open, fail };
}
