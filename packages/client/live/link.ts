/** The connection as the data sees it: topics that are held, told of and read anew. `create_link.ts` is it. */
import type { LiveConnection } from "../api/connection.ts";
import type { Message } from "./transport.ts";

/** Why something is read anew. */
export type SnapshotReason = "joined" | "poll" | "gap" | "woke" | "asked";

/** What holds a topic. */
export interface Holding {
  readonly topic: string;
  /** A broadcast; it may come twice, late, out of order, or while a snapshot is being read. Must not throw. */
  message(message: Message, via: "realtime" | "sse"): void;
  /**
   * Reads the truth. Called after each join, when polling is due, and when something was missed. Resolves when the stores
   * have it; rejects with what kept it from that (the connection tells `offline` or `polling`, and asks again). An error with
   * a `status` (not 0, 502, 503, 504) is an answer; any other means that the project is away. `signal` aborts when it takes
   * longer than 15 s, and when it is of no use any more: what goes on for another second all the same is not waited for.
   */
  snapshot(reason: SnapshotReason, signal: AbortSignal): Promise<void>;
  /** Whether anything of it can still change and somebody waits for that: only then is it polled while not live. */
  isOpen(): boolean;
  /** The user has changed or has signed out: what is known is somebody else's. `null`: nobody. Not told of the first user. */
  userChanged(userId: string | null): void;
  /**
   * Joined or not, for those who asked to be told (`Esteira.listen`). Not told of a channel that is made anew because it may be
   * dead, after a sleep: only that it is there again.
   */
  state?(state: { status: "SUBSCRIBED" | "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED"; error?: Error }): void;
}

export interface Link {
  readonly connection: LiveConnection;
  /** The signed-in user, or null; `undefined` while that is not known yet. */
  userId(): string | null | undefined;
  /** Calls `tell` when the user changes, until the returned function is called. */
  onUser(tell: (userId: string | null) => void): () => void;
  /**
   * A token of that user that is valid now; null: nobody is signed in. Rejects with NoAnswer (token_source.ts) when it has to
   * be renewed and nobody answers: that is `offline`, not `signed_out`.
   */
  token(): Promise<string | null>;
  /**
   * Holds a topic until the returned function is called. `topic` may be a function of the user: `jobs:{user}`. Holdings of
   * one topic share one channel. Each gets a snapshot of its own when it comes, and whenever the channel was joined anew.
   */
  hold(holding: Omit<Holding, "topic"> & { topic: string | ((userId: string) => string) }): () => void;
  /** Something was missed (a gap in versions): snapshots of this topic's holdings are read soon, many gaps as one. */
  missed(topic: string): void;
  /**
   * A read has brought what a live connection should have told before: whatever is joined may be deaf, and is joined anew. At
   * most once a minute; less and less often while no broadcast comes at all.
   */
  doubt(): void;
  close(): void;
}
