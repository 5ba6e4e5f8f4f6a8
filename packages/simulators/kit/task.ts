/** What every simulator knows of a task, whatever its provider calls it. */
import type { CommonTaskFaults, FaultsOf } from "./common_faults.ts";
import type { Output } from "./output.ts";
import type { WebhookAttempt } from "./webhook_sender.ts";

/**
 * The types of one simulator in one bundle: what is submitted, what a failure says, which faults there are, and which
 * of them a task carries. Made by `TypesOf`.
 */
export interface ProviderTypes {
  submission: unknown;
  failure: unknown;
  fault: { kind: string };
  taskFaults: CommonTaskFaults;
}

/** The bundle of a simulator; `TaskFault` is the part of `Fault` that tasks carry. */
export interface TypesOf<Submission, Failure, Fault extends { kind: string }, TaskFault extends Fault> {
  submission: Submission;
  failure: Failure;
  fault: Fault;
  taskFaults: FaultsOf<TaskFault>;
}

/** Where a task is. `cancelled` is an end like the two before it. */
export type TaskStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

/** How a task ended. */
export type TaskEnd<Failure> =
  | { readonly status: "succeeded"; readonly outputs: readonly Output[] }
  | { readonly status: "failed"; readonly failure: Failure }
  | { readonly status: "cancelled" };

/** An output with the address at which it can be fetched now. */
export interface Link {
  readonly url: string;
  readonly output: Output;
}

/** What a poll or a webhook is to say of a task; not always the truth. */
export type Reading<Failure> =
  | { readonly status: "queued" | "running" | "cancelled" }
  | { readonly status: "succeeded"; readonly links: readonly Link[] }
  | { readonly status: "failed"; readonly failure: Failure };

/** One webhook, with all attempts to deliver it. */
export interface Delivery {
  /** The same for all attempts, copies and replays. */
  readonly id: string;
  /** What it says of the task that it names. */
  readonly status: TaskStatus;
  /** The id of the task that it names: its own, unless it is a stray. */
  readonly names: string;
  url: string;
  /** What is posted, byte for byte. */
  readonly body: string;
  /** `lost`: it was never sent. `refused`: the latest attempt was not accepted; another may follow. */
  state: "pending" | "delivered" | "refused" | "lost";
  /** Retries made so far; copies and replays do not count. */
  retries: number;
  /** Every attempt, also those of copies and replays, in the order of their ends. */
  readonly attempts: WebhookAttempt[];
  readonly createdAt: Date;
  updatedAt: Date;
}

/** How a provider takes the wish that a task be stopped: it is, it may be later, or it had ended before. */
export type CancelAnswer = "stopped" | "asked" | "over";

/** One wish that a task be stopped. */
export interface CancelAsk {
  readonly at: Date;
  readonly answer: CancelAnswer;
}

/** A task from its submission on. */
export interface Task<P extends ProviderTypes> {
  /** As the provider would name it. */
  readonly id: string;
  readonly submission: P["submission"];
  /** The API key that it was submitted with. */
  readonly account: string;
  /** What `contains` of a fault rule was compared with. */
  readonly texts: readonly string[];
  readonly faults: P["taskFaults"];
  readonly createdAt: Date;
  /** Aborted when the task is cancelled or the simulator closes. */
  readonly stop: AbortController;
  status: TaskStatus;
  /** When it began to run. */
  startedAt: Date | undefined;
  endedAt: Date | undefined;
  /** Set when the task has ended, once. */
  end: TaskEnd<P["failure"]> | undefined;
  /** Resolves when it has ended; never, when the simulator closes before. */
  readonly over: PromiseWithResolvers<void>;
  /** Its webhooks, oldest first. */
  readonly deliveries: Delivery[];
  /** How often it was submitted; more than once only where the provider knows it again. */
  submits: number;
  /** Wishes that it be stopped, oldest first. */
  readonly cancels: CancelAsk[];
  /** How many more readings say that it failed, though it did not. */
  failuresToShow: number;
  /** How many more readings say that it succeeded and show no outputs. */
  outputsWithheld: number;
}
