/** What a simulator tells the kit about its provider. The kit does the rest. */
import type { z } from "zod";
import type { Tariff } from "./accounts.ts";
import type { FaultRule } from "./fault_rules.ts";
import type { Paint } from "./painting.ts";
import type { Link, ProviderTypes, Task, TaskEnd } from "./task.ts";
import type { TaskView } from "./task_view.ts";
import type { WebhookDesk } from "./webhook_desk.ts";
import type { WebhookRules } from "./webhook_rules.ts";

/** A provider as the kit needs to know it. */
export interface Provider<P extends ProviderTypes> {
  /** For messages: `KIE`. */
  readonly name: string;
  /** The schema of a fault rule, made by `faultRuleSchema`. */
  readonly faultRule: z.ZodType<FaultRule<P["fault"]>>;
  /** The kinds of faults that a task carries, made by `kindsOf`; the others concern single requests. */
  readonly taskFaultKinds: readonly string[];
  /** What its tasks cost. Default: one `task` for each that succeeded. */
  readonly tariff?: Tariff<P>;
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
  /** The files that were uploaded for a task, for who paints what it leaves. Default: none. */
  filesOf?(task: Task<P>): Promise<readonly Uint8Array<ArrayBuffer>[]>;
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
  /** API keys of further accounts. Each sees its own tasks alone. Default none. */
  moreApiKeys?: readonly string[];
  /** From submission to end, in milliseconds; the first quarter is spent in the queue. Default 400. */
  taskMs?: number;
  /** Paints what tasks leave, where people look at it. Default: random bytes, which cost nothing. */
  paint?: Paint;
  /** Tasks that may run at the same time; more wait in the queue. Default: all. */
  runningAtMost?: number;
  /** Waits before each retry of a webhook, in milliseconds. Each simulator has its own default. */
  webhookRetryDelaysMs?: readonly number[];
  /** How long a receiver may take, in milliseconds. Each simulator has its own default. */
  webhookTimeoutMs?: number;
}
