/** How the client stands with its project: data for a screen, never an exception. */
import type { Store } from "../store/store.ts";

/**
 * - `live`: every change is told as it happens.
 * - `catching_up`: (re)connecting, or reading what was missed.
 * - `polling`: no live connection can be had just now; what is open is asked for every 5 s.
 * - `offline`: the browser has no network, or the project does not answer.
 * - `signed_out`: nobody is signed in.
 */
export type ConnectionStatus = "live" | "catching_up" | "polling" | "offline" | "signed_out";

export interface Connection {
  readonly status: ConnectionStatus;
  /** Since when it is so, milliseconds since 1970. */
  readonly since: number;
  /** Why, for a person who looks for a fault: `joined`, `CHANNEL_ERROR: …`, `woke up`, `no network`, … */
  readonly reason: string;
  /** What brings the changes: the socket of this tab, that of another tab of this browser, the stream, or nothing. */
  readonly via: "socket" | "other_tab" | "sse" | null;
}

export interface LiveConnection extends Store<Connection> {
  /** Connects anew at once, whatever the back-off says. For a button; nothing needs it. */
  retry(): void;
}
