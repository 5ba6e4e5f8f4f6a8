/** Lets tasks run: queued for a quarter of their time, running for the rest, then the end and its webhook. */
import { type Paint, painted } from "./painting.ts";
import { pause } from "./pause.ts";
import type { Provider } from "./provider.ts";
import type { ProviderTypes, Task, TaskEnd } from "./task.ts";
import type { WebhookDesk } from "./webhook_desk.ts";

const QUEUED_SHARE = 0.25;

/** Runs the tasks of one simulator. */
export class TaskRunner<P extends ProviderTypes> {
  readonly #provider: Provider<P>;
  readonly #desk: WebhookDesk<P>;
  readonly #tasks: ReadonlyMap<string, Task<P>>;
  readonly #ended: (task: Task<P>) => void;
  readonly #taskMs: number;
  readonly #paint: Paint | undefined;
  readonly #lives = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #freePlaces: number;
  #closing = false;

  constructor(
    provider: Provider<P>,
    tasks: ReadonlyMap<string, Task<P>>,
    desk: WebhookDesk<P>,
    { taskMs = 400, runningAtMost = Infinity, paint, ended }: {
      taskMs?: number;
      paint?: Paint;
      runningAtMost?: number;
      /** Called when a task has ended, before anybody is told. */
      ended: (task: Task<P>) => void;
    },
  ) {
    this.#ended = ended;
    this.#provider = provider;
    this.#tasks = tasks;
    this.#desk = desk;
    this.#taskMs = taskMs;
    this.#paint = paint;
    this.#freePlaces = runningAtMost;
  }

  /** Starts a task; resolves when it has ended and its webhook was posted once. Never rejects. */
  async start(task: Task<P>): Promise<void> {
    if (this.#closing) return; // its request was still being read when the simulator closed
    const life = this.#live(task).finally(() => this.#lives.delete(life));
    this.#lives.add(life);
    await life;
  }

  /** Ends a task at once; no effect on one that has ended. Resolves when its webhook was posted once. */
  async stop(task: Task<P>, end: TaskEnd<P["failure"]>): Promise<void> {
    if (task.end) return;
    task.stop.abort();
    await this.#finish(task, end);
  }

  /** Stops all tasks where they are, without webhooks. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const task of this.#tasks.values()) task.stop.abort();
    for (const next of this.#waiting.splice(0)) next();
    await Promise.all(this.#lives);
  }

  async #live(task: Task<P>): Promise<void> {
    const { signal } = task.stop;
    const total = task.faults.webhook_before_answer ? 0 : task.faults.slow?.ms ?? this.#taskMs;
    let hasPlace = false;
    let end: TaskEnd<P["failure"]>;
    try {
      await unlessAborted(this.#provider.waitsFor?.(task, this.#tasks), signal);
      await pause(total * QUEUED_SHARE, signal);
      await this.#place();
      hasPlace = true;
      signal.throwIfAborted();
      task.status = "running";
      task.startedAt = new Date();
      this.#desk.announceRunning(task);
      [end] = await Promise.all([
        this.#work(task),
        pause(total * (1 - QUEUED_SHARE), signal),
      ]);
    } catch (error) {
      if (signal.aborted) return; // `stop` has ended the task, or the simulator is closing
      console.error(`${this.#provider.name} simulator: task ${task.id} failed unexpectedly`, error);
      end = { status: "failed", failure: this.#provider.failure(task, "unexpected") };
    } finally {
      if (hasPlace) this.#leave();
    }
    await this.#finish(task, end);
  }

  async #work(task: Task<P>): Promise<TaskEnd<P["failure"]>> {
    const end = await this.#provider.work(task, this.#desk);
    if (!this.#paint) return end;
    const files = await this.#provider.filesOf?.(task) ?? [];
    return await painted(end, this.#paint, { id: task.id, texts: task.texts, files });
  }

  async #finish(task: Task<P>, end: TaskEnd<P["failure"]>): Promise<void> {
    if (task.end || this.#closing) return;
    task.end = end;
    task.endedAt = new Date();
    task.status = end.status;
    this.#ended(task);
    task.over.resolve();
    await this.#desk.announceEnd(task);
  }

  /** Resolves when one more task may run; first come, first served. */
  async #place(): Promise<void> {
    if (this.#freePlaces > 0) this.#freePlaces--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next(); // the place goes from hand to hand
    else this.#freePlaces++;
  }
}

/** Waits for `work`, or less: an aborted signal ends the wait. @throws the signal's reason. */
async function unlessAborted(work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  if (!work) return;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
