/** The state behind the endpoints: one account, its key, files, tasks and the faults in force. */
import { FaultBook } from "../kit/fault_rules.ts";
import { type Fault, type FaultRule, faultRule, strikesOf, TASK_FAULTS, type TaskFaults } from "./faults.ts";
import type { FileStore } from "./file_store.ts";
import { Snowflakes } from "../kit/snowflake.ts";
import type { Submission } from "./submission.ts";
import type { Task, TaskInput } from "./task.ts";
import { TaskRunner } from "./task_runner.ts";
import { WebhookDesk } from "./webhook_desk.ts";

/** All settings of a simulator, with nothing left open but the list of apps. */
export interface HubSettings {
  readonly apiKey: string;
  readonly taskMs: number;
  readonly concurrency: number;
  readonly maxUploadBytes: number;
  readonly webhookRetryDelaysMs: readonly number[];
  readonly webhookTimeoutMs: number;
  readonly webappIds: readonly string[] | undefined;
  readonly previewNodeId: string;
  readonly outputNodeId: string;
}

/** The account of one simulator. */
export class Hub {
  readonly tasks = new Map<string, Task>();
  readonly desk: WebhookDesk;
  readonly runner: TaskRunner;
  readonly #faults = new FaultBook<Fault>();
  readonly #ids = new Snowflakes();

  constructor(readonly settings: HubSettings, readonly files: FileStore, baseUrl: string) {
    const { webhookRetryDelaysMs, webhookTimeoutMs, taskMs, previewNodeId, outputNodeId } = settings;
    this.desk = new WebhookDesk(this.#ids, {
      retryDelaysMs: webhookRetryDelaysMs,
      timeoutMs: webhookTimeoutMs,
    });
    this.runner = new TaskRunner(taskMs, { files, baseUrl, previewNodeId, outputNodeId }, this.desk);
  }

  /** @throws ZodError when the rule is not one. */
  misbehave(rule: FaultRule): void {
    const valid = faultRule.parse(rule);
    const times = strikesOf(valid);
    this.#faults.add(times === undefined ? valid : { ...valid, times });
  }

  /** Forgets all rules. Tasks keep the faults they started with. */
  behave(): void {
    this.#faults.clear();
  }

  /** Takes one strike of a fault that concerns a single request; see `FaultBook.take`. */
  readonly takeFault: FaultBook<Fault>["take"] = (kind, texts, applies) =>
    this.#faults.take(kind, texts, applies);

  /** Tasks that occupy the account's concurrency: all that have not ended. */
  get unfinished(): number {
    return [...this.tasks.values()].filter(({ end }) => !end).length;
  }

  /** Makes a task and enters it; it does not run before `runner.start`. */
  enter(submission: Submission, texts: readonly string[]): Task {
    const faults = this.#faultsFor(texts);
    const task: Task = {
      ...submission,
      taskId: this.#ids.next(),
      clientId: crypto.randomUUID().replaceAll("-", ""),
      input: this.#inputOf(submission),
      faults,
      createdAt: new Date(),
      stop: new AbortController(),
      status: "QUEUED",
      cancelled: false,
      outputsWithheld: faults.success_without_outputs?.times ?? 0,
    };
    this.tasks.set(task.taskId, task);
    return task;
  }

  /** Stops tasks and webhooks. */
  async close(): Promise<void> {
    // Together, because a task's life may be waiting for the first attempt of its webhook.
    await Promise.all([this.desk.close(), this.runner.close(this.tasks.values())]);
  }

  #faultsFor(texts: readonly string[]): TaskFaults {
    const struck = TASK_FAULTS.map((kind) => [kind, this.#faults.take(kind, texts)] as const);
    return Object.fromEntries(struck.filter(([, fault]) => fault !== undefined));
  }

  #inputOf({ nodeInfoList }: Submission): TaskInput | undefined {
    for (const node of nodeInfoList) {
      const file = this.files.upload(node.fieldValue);
      if (file) return { node, path: file.path };
    }
    return undefined;
  }
}
