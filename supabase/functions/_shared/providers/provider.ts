/**
 * What a provider is: one file that knows its provider's HTTP and nothing of the database. `verify` and `parse` are
 * pure; the rest does I/O with the provider alone.
 */
import type { WorkItem } from "../work.ts";

/** never: permanent · backoff: again later, uses an attempt · wait: busy, uses none · pause: the account is unusable. */
export type RetryClass = "never" | "backoff" | "wait" | "pause";

/** A classified failure: the provider's own code and words, and what to do about it. */
export interface ProviderFailure {
  retryClass: RetryClass;
  code: string;
  message: string;
  /** The answer that said so, redacted. */
  raw?: unknown;
  /** How long the provider asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** A call to the provider failed. `isAmbiguous`: the provider may have accepted the task all the same. */
export class ProviderError extends Error {
  constructor(readonly failure: ProviderFailure, readonly isAmbiguous = false) {
    super(`${failure.code}: ${failure.message}`);
    this.name = "ProviderError";
  }
}

/** A file of the user's input, opened for reading. */
export interface InputFile {
  stream: ReadableStream<Uint8Array>;
  name: string;
  contentType: string;
  bytes: number;
}

/** The provider has taken the task. */
export interface Submitted {
  externalId: string;
  raw: unknown;
  /** Shown in the history beside the task's id. */
  details: Record<string, unknown>;
}

/** A result to be fetched. */
export interface ProviderOutput {
  url: string;
  contentType: string | null;
}

/** The truth about a task, as the provider tells it. */
export type Outcome =
  | { state: "queued" | "running"; raw: unknown }
  | { state: "succeeded"; outputs: ProviderOutput[]; raw: unknown }
  | { state: "failed"; failure: ProviderFailure; raw: unknown }
  | { state: "unknown"; reason: string; raw: unknown };

/** Whether a webhook is authentic beyond its token. */
export type Verdict = { ok: true; verifiedBy: string } | {
  ok: false;
  reason: string;
};

/** A webhook body, understood as far as it goes. */
export interface WebhookEvent {
  /** The provider's task id, null if the body names none. */
  externalId: string | null;
  state: "succeeded" | "failed" | "running" | "unknown";
  /** The same event delivered twice has the same key. */
  dedupeKey: string;
  /** Shown in the history: event, taskStatus, …. */
  details: Record<string, unknown>;
}

export interface Provider {
  readonly name: string;
  /**
   * What to do when a submit may or may not have reached the provider: `idempotent` submit again, it makes no second
   * task; `at_least_once` submit again, a second task is acceptable; `reconcile_only` never submit again: wait for its webhook.
   */
  readonly resubmit: "idempotent" | "at_least_once" | "reconcile_only";
  /** Hands one input file to the provider and returns how a submit names it. Absent: the provider takes no files. */
  upload?(work: WorkItem, file: InputFile): Promise<string>;
  /** Starts the task. Throws ProviderError. */
  submit(
    work: WorkItem,
    context: { callbackUrl: string; files: Record<string, string> },
  ): Promise<Submitted>;
  /** Checks a webhook's own signature, if the provider signs. Its token is checked elsewhere. Pure. */
  verify(headers: Headers, rawBody: string): Verdict;
  /** Reads a webhook body; never throws. Pure. */
  parse(rawBody: string): WebhookEvent;
  /** Asks the provider how a task stands. Throws ProviderError when the question itself fails. */
  fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome>;
  /** Stops a task, if it still can be. Absent: the provider cannot. */
  cancel?(work: WorkItem, externalId: string): Promise<void>;
}
