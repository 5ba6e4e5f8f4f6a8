/** Topics that are kept joined: the seam between the connection and whoever does the joining, this tab or another. */
import type { Message } from "./transport.ts";

export interface ChannelsEvents {
  /** Joined, or joined anew: from here on nothing is missed while it stays up. Before it, something may have been. */
  up(topic: string): void;
  /** Given up for the moment by our own will, because it may be dead; it is joined anew. */
  doubted(topic: string, reason: string): void;
  /** Not joined any more, or a try has failed; it is tried again. */
  down(topic: string, reason: string): void;
  message(message: Message): void;
}

export interface Channels {
  /** What brings the messages just now. */
  readonly via: "socket" | "other_tab" | "sse";
  want(topic: string): void;
  unwant(topic: string): void;
  /** Joins everything anew, at once: the connection may be dead without knowing. */
  again(reason: string): void;
  /** Tells nothing more. */
  close(): void;
}
