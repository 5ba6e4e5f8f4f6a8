/** A call of a function, and its answer. */

export interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below `functions/v1/`, with its query. */
  readonly path: string;
  readonly body?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  /** Whether the same again does no harm. Left out: only for GET. */
  readonly isRepeatable?: boolean;
  /** Goes on for as long as the network is down, instead of a few times. */
  readonly isPatient?: boolean;
  /** Asks with the ETag of the last answer. */
  readonly isPolled?: boolean;
  /** For one try. */
  readonly timeoutMs?: number;
  /** At most; left out: 4, or 8 for a patient call, which does not count those that reached nobody. */
  readonly tries?: number;
}

export interface Answer {
  readonly body: unknown;
  /** Whether it is the same as the last one, told by 304. */
  readonly isSame: boolean;
  /** When the last try was begun, by the server's clock as far as that is known: what is younger cannot be in it. */
  readonly askedAt: number;
}
