/**
 * What a provider is: one folder that knows its provider's HTTP and nothing of the database. `parse` is pure, and
 * `verify` is but for keys that a provider publishes; the rest does I/O with the provider alone.
 */
import type { Submitted } from "../engine/attempts.ts";
import { ClassifiedError, type ClassifiedFailure } from "../engine/failure.ts";
import type { Cost } from "../engine/results.ts";
import type { WebhookAccount } from "../engine/webhooks.ts";
import type { WorkItem } from "../engine/work_item.ts";
import type { InputFile } from "../files/inputs.ts";

/** A call to the provider failed. */
export class ProviderError extends ClassifiedError {
  /** The provider may have accepted the task all the same. */
  readonly isAmbiguous: boolean;
  /** Weather: it refuses connections, has no address, takes too long or has an error of its own. Not this job's fault. */
  readonly isUnreachable: boolean;

  /** `cause`: evidence for the operator's log that no user may read, such as an address within the network. */
  constructor(
    failure: ClassifiedFailure,
    { isAmbiguous = false, isUnreachable = false, cause }: {
      isAmbiguous?: boolean;
      isUnreachable?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(failure);
    this.name = "ProviderError";
    this.isAmbiguous = isAmbiguous;
    this.isUnreachable = isUnreachable;
    if (cause !== undefined) this.cause = cause;
  }
}

/** What a submit is given besides the work. */
export interface SubmitContext {
  /** Where the provider reports the end of the task. Holds the attempt's token, and tells jobs apart. */
  callbackUrl: string;
  /** For each input field that names files: what `upload` returned for each, or its signed URL, in the input's order. */
  files: Record<string, string[]>;
}

/** A request that starts a task, built and not yet sent. */
export interface PreparedSubmit {
  /**
   * Sends it, once. A provider that does its work within the request answers with the end. Throws ProviderError. When
   * `signal` aborts it the error is ambiguous, unless nothing had been sent.
   */
  send(signal: AbortSignal): Promise<Submitted | Ended>;
}

/** A task that `findTasks` has found. `stopped`: it ended because somebody stopped it. */
export interface FoundTask extends Submitted {
  state: "alive" | "succeeded" | "failed" | "stopped";
}

/** A result: to be fetched from an address, or as it came in the provider's own answer. */
export type ProviderOutput =
  | { url: string; contentType: string | null }
  | { body: ReadableStream<Uint8Array>; contentType: string | null };

/** The truth about a task, as the provider tells it. */
export type Outcome =
  /** `progress` in percent, where the provider lets us know or reckon it. */
  | { state: "queued" | "running"; progress?: number; raw: unknown }
  /** `data`: a result that is no file, such as the id of a trained model; kept as `output.data`. */
  | {
    state: "succeeded";
    outputs: ProviderOutput[];
    data?: Record<string, unknown>;
    cost?: Cost;
    raw: unknown;
  }
  /** `how`: `stopped` where the provider says that the task was cancelled rather than that it failed. */
  | { state: "failed"; failure: ClassifiedFailure; how?: "failed" | "stopped"; cost?: Cost; raw: unknown }
  | { state: "unknown"; reason: string; raw: unknown }
  /** It goes on, and has had its time: the job ends as at its deadline, and the task is stopped. */
  | { state: "overdue"; reason: string; raw: unknown };
/** A task that is over. */
export type Ended = Extract<Outcome, { state: "succeeded" | "failed" }>;

/**
 * What a cancel has done. `stopped`: the task is over for certain, and has not succeeded · `asked`: it may still finish,
 * and be billed · `over`: it had ended before, or the provider does not know it: `fetchOutcome` tells how it ended.
 */
export type CancelResult = "stopped" | "asked" | "over";

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
   * What to do when a submit may or may not have reached the provider and `findTasks` has found nothing: `idempotent`
   * submit again, it makes no second task; `at_least_once` submit again after a grace, a few times at most, since
   * each may be paid for; `reconcile_only` never submit again: wait for its webhook.
   */
  readonly resubmit: "idempotent" | "at_least_once" | "reconcile_only";
  /** Hands one input file to the provider and returns how a submit names it. Absent: it reads them by signed URLs. */
  upload?(work: WorkItem, file: InputFile): Promise<string>;
  /**
   * Builds the request that starts the task, whole: address, headers and body. Throws ProviderError when there can be
   * none, with nothing sent: of class `pause` and code `misconfigured` where the account's settings or key are at fault.
   */
  prepare(work: WorkItem, context: SubmitContext): PreparedSubmit | Promise<PreparedSubmit>;
  /**
   * Looks among the provider's tasks for all that submits of this attempt have made. Throws ProviderError when it cannot
   * be sure that these are all. Absent: they cannot be looked for.
   */
  findTasks?(work: WorkItem, context: SubmitContext): Promise<FoundTask[]>;
  /** Checks a webhook's own signature; its token has been checked. Absent: the provider does not sign. */
  verify?(delivery: Delivery, account: WebhookAccount): Verdict | Promise<Verdict>;
  /** Reads a webhook body; never throws. Pure. */
  parse(rawBody: string): WebhookEvent;
  /** Asks the provider how a task stands. Throws ProviderError when the question itself fails. */
  fetchOutcome(work: WorkItem, externalId: string): Promise<Outcome>;
  /** As fetchOutcome for many tasks of one account, with fewer questions; one answer for each, in their order. */
  fetchOutcomes?(asked: readonly AskedTask[]): Promise<(Outcome | ProviderError)[]>;
  /** Stops a task, if it still can be. Absent: the provider cannot. */
  cancel?(work: WorkItem, externalId: string): Promise<CancelResult>;
  /**
   * Deletes what a task that is over has left at the provider: what was handed in, and what it made. Resolves as well when
   * there is no such task any more. Throws ProviderError when that is not certain. Absent: it keeps nothing, or cannot.
   */
  forget?(work: WorkItem, externalId: string): Promise<void>;
}

/** What the function that takes a provider's webhooks knows of it; `receiver.ts` of its folder, which loads nothing else. */
export type Receiver = Pick<Provider, "name" | "verify" | "parse">;

/** A task that is asked after, and the work it is for. */
export interface AskedTask {
  work: WorkItem;
  externalId: string;
}
