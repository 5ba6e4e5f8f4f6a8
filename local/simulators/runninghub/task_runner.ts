/** Lets tasks run: queued for a quarter of their time, running for the rest, then the end and its webhook. */
import { pause } from "../kit/pause.ts";
import type { Task, TaskEnd } from "./task.ts";
import { failure, workOn, type Workshop } from "./task_work.ts";
import type { WebhookDesk } from "./webhook_desk.ts";

const QUEUED_SHARE = 0.25;

/** Runs the tasks of one simulator. */
export class TaskRunner {
  readonly #lives = new Set<Promise<void>>();
  #closing = false;

  constructor(
    private readonly taskMs: number,
    private readonly shop: Workshop,
    private readonly desk: WebhookDesk,
  ) {}

  /** Starts a task; resolves when it has ended and its webhook was posted once. Never rejects. */
  async start(task: Task): Promise<void> {
    if (this.#closing) return; // its request was still being read when the simulator closed
    const life = this.#live(task).finally(() => this.#lives.delete(life));
    this.#lives.add(life);
    await life;
  }

  /**
   * Ends a task at once: FAILED with code 805. What the provider answers for a cancelled task is not documented, nor
   * whether it posts a webhook; the simulator posts one, because that is what receivers must be able to stand.
   */
  async cancel(task: Task): Promise<void> {
    if (task.end) return;
    task.cancelled = true;
    task.stop.abort();
    await this.#finish(task, cancelledEnd(this.shop.outputNodeId));
  }

  /** Stops all tasks where they are, without webhooks. */
  async close(tasks: Iterable<Task>): Promise<void> {
    this.#closing = true;
    for (const task of tasks) task.stop.abort();
    await Promise.all(this.#lives);
  }

  async #live(task: Task): Promise<void> {
    const { signal } = task.stop;
    const total = task.faults.webhook_before_answer ? 0 : task.faults.slow?.ms ?? this.taskMs;
    let end: TaskEnd;
    try {
      await pause(total * QUEUED_SHARE, signal);
      task.status = "RUNNING";
      await pause(total * (1 - QUEUED_SHARE), signal);
      end = await workOn(task, this.shop);
    } catch (error) {
      if (signal.aborted) return; // `cancel` has ended the task, or the simulator is closing
      console.error(`RunningHub simulator: task ${task.taskId} failed unexpectedly`, error);
      end = unexpectedEnd(error, this.shop.outputNodeId);
    }
    await this.#finish(task, end);
  }

  async #finish(task: Task, end: TaskEnd): Promise<void> {
    if (task.end || this.#closing) return;
    task.end = end;
    task.endedAt = new Date();
    task.status = end.kind === "success" ? "SUCCESS" : "FAILED";
    await this.desk.announce(task);
  }
}

function cancelledEnd(nodeId: string): TaskEnd {
  return failure(805, {
    nodeId,
    nodeName: "",
    exceptionType: "InterruptProcessingException",
    exceptionMessage: "the task was cancelled",
  });
}

function unexpectedEnd(error: unknown, nodeId: string): TaskEnd {
  return failure(805, {
    nodeId,
    nodeName: "SaveImage",
    exceptionType: error instanceof Error ? error.name : "Error",
    exceptionMessage: error instanceof Error ? error.message : String(error),
  });
}
