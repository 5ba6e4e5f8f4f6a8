/** Why a publication came to nothing, and what is to be done about it. */

/**
 * never: permanent · backoff: again later, uses an attempt · wait: a limit or a busy platform, uses none · pause: nobody
 * can publish there just now, operators are told · reconnect: the connection's access is gone, its owner is told ·
 * unknown: a commit may have gone through: reconcile.
 */
export type FailureClass = "never" | "backoff" | "wait" | "pause" | "reconnect" | "unknown";

/** Why a call came to nothing. */
export interface PlatformFailure {
  class: FailureClass;
  /**
   * What a wait holds up: this publication, all of its connection, or the whole platform. Where it is unknown whether a
   * commit went through, and the platform says how long to wait: what is held up once it is known that it did not.
   */
  scope: "publication" | "connection" | "platform";
  /** Stable, ours or the platform's own: `rate_limited`, `190/463`, … */
  code: string;
  /** The platform's words, or ours where it has none. */
  message: string;
  /** The answer, redacted, and cut. */
  raw?: unknown;
  /** How long to wait, where the platform says it. */
  retryAfterMs?: number;
}
