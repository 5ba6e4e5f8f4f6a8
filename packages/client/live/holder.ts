/** One holding within the connection: what it throws stops nobody, and what it is told is told to it alone. */
import type { Logger } from "../api/esteira.ts";
import type { Holding, Link } from "./link.ts";
import { createSnapshotReader, type SnapshotReader, type SnapshotReaderOptions } from "./snapshot_reader.ts";
import type { Message } from "./transport.ts";

export type Hold = Parameters<Link["hold"]>[0];

export interface Holder {
  readonly reader: SnapshotReader;
  /** The topic it is told of; null: nobody is signed in. */
  topic: string | null;
  topicOf(userId: string): string;
  message(message: Message, via: "realtime" | "sse"): void;
  userChanged(userId: string | null): void;
  state(state: Parameters<NonNullable<Holding["state"]>>[0]): void;
  close(): void;
}

export function createHolder(
  holding: Hold,
  { logger, ...options }: SnapshotReaderOptions & { logger: Logger },
): Holder {
  let isOver = false;

  function safely(run: () => void): void {
    if (isOver) return;
    try {
      run();
    } catch (error) {
      logger.error("[REALTIME] What was told was not taken", { error });
    }
  }

  const reader = createSnapshotReader(holding, options);
  return {
    reader,
    topic: null,
    topicOf: (userId) => typeof holding.topic === "string" ? holding.topic : holding.topic(userId),
    message: (message, via) => safely(() => holding.message(message, via)),
    userChanged: (userId) => safely(() => holding.userChanged(userId)),
    state: (state) => safely(() => holding.state?.(state)),
    close() {
      isOver = true;
      reader.forget();
    },
  };
}
