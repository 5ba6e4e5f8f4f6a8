/** What is said to the thread that sends webhooks, and what it says. */

export interface Sending {
  webhooks: { url: string; body: string }[];
  perSecond: number;
}

/** What became of one webhook. */
export interface Delivery {
  taken: boolean;
  /** How long the answer took that took it. */
  tookMs: number[];
  /** How long each refusal took: 503 with Retry-After. */
  refusedMs: number[];
  /** Every other answer, and none. */
  failures: string[];
  /** When it was taken, in milliseconds after the first was sent. */
  takenAt: number;
}

export interface Sent {
  deliveries: Delivery[];
  /** How long it took to send each of them once. */
  sentMs: number;
}
