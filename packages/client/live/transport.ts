/** What brings broadcasts: the seam between the connection and the socket, another tab, or the stream. */

/** A broadcast as it came. */
export interface Message {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

export interface TransportEvents {
  /** Everything held is joined: from here on, nothing is missed while it stays up. */
  up(topic: string): void;
  message(message: Message): void;
  /** The topic is no longer joined. `fatal`: asking again is of no use (no right to read it). */
  down(topic: string, reason: string, fatal: boolean): void;
}

/** Brings the messages of topics. It never retries by itself: the connection decides when to open the next one. */
export interface Transport {
  readonly kind: "socket" | "other_tab" | "sse";
  /** Joins a topic with the token given, valid now. Tells `up` or `down` in the end. */
  join(topic: string, token: string): void;
  leave(topic: string): void;
  /** A newer token for what is joined. */
  renew(token: string): void;
  /** Lets go of everything; tells nothing more. */
  close(): void;
}

export type OpenTransport = (events: TransportEvents) => Transport;
