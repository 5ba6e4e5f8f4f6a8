/** What a simulator tells the kit about its provider. The kit does the rest. */
import type { z } from "zod";
import type { FaultRule } from "./fault_rules.ts";
import type { WebhookDesk } from "./webhook_desk.ts";
import type { Link, ProviderTypes, Reading, Task, TaskEnd } from "./task.ts";
import type { TaskView } from "./task_view.ts";

/** A webhook about to be sent, for its signature. */
export interface Signing<P extends ProviderTypes> {
  readonly task: Task<P>;
  readonly body: string;
  /** The same for all attempts, copies and replays of one webhook. */
  readonly deliveryId: string;
  /** When it is sent; for a replay, when it was sent. */
  readonly at: Date;
  /** `wrong`: sign with any key but the account's. */
  readonly key: "right" | "wrong";
}

/** How the provider sends webhooks. */
export interface WebhookRules<P extends ProviderTypes> {
  /** Where a task's webhooks go; undefined: it wants none. */
  url(task: Task<P>): string | undefined;
  /** The body that says this. Pure, and built from `reading`: what it says may differ from how the task is. */
  body(task: Task<P>, reading: Reading<P["failure"]>): string;
  /** Whether there is a webhook for this status. Default: for the three ends. */
  wants?(task: Task<P>, status: Reading<P["failure"]>["status"]): boolean;
  /** The headers of the signature. Default: none. */
  sign?(signing: Signing<P>): Record<string, string>;
  /** Makes the id of a webhook. Default: a UUID. */
  newId?(): string;
}

/** A provider as the kit needs to know it. */
export interface Provider<P extends ProviderTypes> {
  /** For messages: `KIE`. */
  readonly name: string;
  /** The schema of a fault rule, made by `faultRuleSchema`. */
  readonly faultRule: z.ZodType<FaultRule<P["fault"]>>;
  /** The kinds of faults that a task carries, made by `kindsOf`; the others concern single requests. */
  readonly taskFaultKinds: readonly string[];
  /** Makes the id of a task. */
  newTaskId(submission: P["submission"]): string;
  /** What a task must wait for before its own time begins, such as the `over` of another of `tasks`. Default: nothing. */
  waitsFor?(task: Task<P>, tasks: ReadonlyMap<string, Task<P>>): Promise<unknown> | undefined;
  /**
   * Does the work of a task that began to run, while its time runs. Aborting `task.stop` ends it.
   * `task.faults.big_output` is the affair of this function.
   * @param desk `post` sends webhooks about what happens meanwhile.
   */
  work(task: Task<P>, desk: WebhookDesk<P>): Promise<TaskEnd<P["failure"]>>;
  /** A failure that is not the task's own: what a poll or a webhook says that is wrong, or what an error of `work` becomes. */
  failure(task: Task<P>, reason: "passing" | "unexpected"): P["failure"];
  readonly webhooks: WebhookRules<P>;
  /** True: polls show the same links always, also when these have expired (the fault `expired_output` with `fresh`). */
  readonly linksNeverChange?: boolean;
  /** The path of a link; `version` is above 0 for a link that replaces an expired one. Default `/outputs/<task>/<n>[/<version>]/<name>`. */
  linkPath?(task: Task<P>, output: { n: number; name: string; version: number }): string;
  /** More fields of a task in `GET /_simulator/tasks`; `common` is what it shows without them. */
  view?(task: Task<P>, common: TaskView): Record<string, unknown>;
  /** More fields of an output there; `n` is its place, from 0. */
  viewOutput?(task: Task<P>, link: Link, n: number): Record<string, unknown>;
}

/** Settings that every simulator has; all have defaults. */
export interface KitOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1; 0.0.0.0 where its clients run in containers. */
  hostname?: string;
  /** Host name in the addresses that it hands out. Default `hostname`. */
  publicHost?: string;
  /** From submission to end, in milliseconds; the first quarter is spent in the queue. Default 400. */
  taskMs?: number;
  /** Tasks that may run at the same time; more wait in the queue. Default: all. */
  runningAtMost?: number;
  /** Waits before each retry of a webhook, in milliseconds. Each simulator has its own default. */
  webhookRetryDelaysMs?: readonly number[];
  /** How long a receiver may take, in milliseconds. Each simulator has its own default. */
  webhookTimeoutMs?: number;
}
