/** What a simulator shows of its tasks to whoever checks them. */
import type { CancelAsk, Delivery } from "./task.ts";

/** An output as it is shown. */
export interface OutputView {
  /** The link that was given out last. */
  readonly url: string;
  readonly type: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. Computed when it is read; see `Output.sha256`. */
  readonly sha256: string;
  /** How often it was asked for. */
  readonly fetches: number;
  /** Bytes of it that were sent, all downloads together. */
  readonly sentBytes: number;
}

/** A copy of what a task looks like now; a simulator may add fields. */
export interface TaskView {
  readonly id: string;
  /** `TaskStatus`, unless the simulator shows its provider's word for it. */
  readonly status: string;
  /** How it ended, in the same words for every provider; null until then. */
  readonly outcome: "succeeded" | "failed" | "cancelled" | null;
  /** What the submission says, as far as fault rules look at it: the prompt, the webhook's address … */
  readonly texts: readonly string[];
  /** Where its webhooks go; null when it wants none. */
  readonly webhookUrl: string | null;
  /** The API key that it was submitted with. */
  readonly account: string;
  /** How often it was submitted: more than once only where the provider knows it again. */
  readonly submits: number;
  /** Wishes that it be stopped, oldest first. */
  readonly cancels: readonly CancelAsk[];
  /** What the provider asks for it, in the unit of its account; 0 until it has ended. */
  readonly billed: number;
  /** Kinds of the faults that this task carries. */
  readonly faults: readonly string[];
  /** Empty until the task succeeded. */
  readonly outputs: readonly OutputView[];
  /** What the provider says of a failure; null when there is none. */
  readonly failure: unknown;
  /** Every webhook with its attempts, oldest first. */
  readonly webhooks: readonly Delivery[];
  /** When it began to live; from then on it is one of the account's tasks. */
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly [field: string]: unknown;
}
