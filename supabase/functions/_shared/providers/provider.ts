/**
 * What a provider is: one folder that knows its provider's HTTP and nothing of the database. `parse` is pure, and
 * `verify` is but for keys that a provider publishes; the rest does I/O with the provider alone.
 */
import type { Submitted } from "../engine/attempts.ts";
import { ClassifiedError, type ClassifiedFailure } from "../engine/failure.ts";
import type { WebhookAccount } from "../engine/webhooks.ts";
import type { WorkItem } from "../engine/work_item.ts";
import type { InputFile } from "../files/inputs.ts";

/** A call to the provider failed. `isAmbiguous`: the provider may have accepted the task all the same. */
export class ProviderError extends ClassifiedError {
  constructor(failure: ClassifiedFailure, readonly isAmbiguous = false) {
    super(failure);
    this.name = "ProviderError";
  }
}

/** What a submit is given besides the work. */
export interface SubmitContext {
  /** Where the provider reports the end of the task. Holds the attempt's token, and tells jobs apart. */
  callbackUrl: string;
  /** For each input field that names files: what `upload` returned for each, or its signed URL, in the input's order. */
  files: Record<string, string[]>;
}

/** A result to be fetched. */
export interface ProviderOutput {
  url: string;
  contentType: string | null;
}

/** The truth about a task, as the provider tells it. */
export type Outcome =
  /** `progress` in percent, where the provider lets us know or reckon it. */
  | { state: "queued" | "running"; progress?: number; raw: unknown }
  /** `data`: a result that is no file, such as the id of a trained model; kept as `output.data`. */
  | { state: "succeeded"; outputs: ProviderOutput[]; data?: Record<string, unknown>; raw: unknown }
  | { state: "failed"; failure: ClassifiedFailure; raw: unknown }
  | { state: "unknown"; reason: string; raw: unknown };

/** A webhook as it came. Signatures cover its bytes, so it is kept as text until it has been verified. */
export interface Delivery {
  headers: Headers;
  rawBody: string;
  /** When it came, in milliseconds since 1970. */
  receivedAt: number;
}

/** Whether a webhook is authentic beyond its token. `misconfigured`: that cannot be known here, so it is refused. */
export type Verdict =
  /** `deliveryId`: the provider's own name for the event, where the signature covers it; else its `dedupeKey` counts. */
  | { ok: true; verifiedBy: string; deliveryId?: string }
  | { ok: false; code: "unauthenticated" | "misconfigured"; reason: string };

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
   * What to do when a submit may or may not have reached the provider and `findTask` has not found it: `idempotent`
   * submit again, it makes no second task; `at_least_once` submit again after a grace, a few times at most, since
   * each may be paid for; `reconcile_only` never submit again: wait for its webhook.
   */
  readonly resubmit: "idempotent" | "at_least_once" | "reconcile_only";
  /** Hands one input file to the provider and returns how a submit names it. Absent: it reads them by signed URLs. */
  upload?(work: WorkItem, file: InputFile): Promise<string>;
  /** Starts the task. Throws ProviderError. */
  submit(work: WorkItem, context: SubmitContext): Promise<Submitted>;
  /** Looks among the provider's tasks for the one that a lost submit may have made. Absent: it cannot be looked for. */
  findTask?(work: WorkItem, context: SubmitContext): Promise<Submitted | null>;
  /** Checks a webhook's own signature; its token has been checked. Absent: the provider does not sign. */
  verify?(delivery: Delivery, account: WebhookAccount): Verdict | Promise<Verdict>;
  /** Reads a webhook body; never throws. Pure. */
  parse(rawBody: string): WebhookEvent;
  /** Asks the provider how a task stands. Throws ProviderError when the question itself fails. */
  fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome>;
  /** Stops a task, if it still can be. Absent: the provider cannot. */
  cancel?(work: WorkItem, externalId: string): Promise<void>;
}
