/** The state behind a simulator's endpoints: its tasks, faults, webhooks and outputs. */
import { type CommonRequestFault, strikesOf } from "./common_faults.ts";
import { FaultBook, type FaultRule } from "./fault_rules.ts";
import { OutputShelf } from "./output_shelf.ts";
import type { KitOptions, Provider } from "./provider.ts";
import { pause } from "./pause.ts";
import type { ProviderTypes, Reading, Task, TaskEnd } from "./task.ts";
import { TaskRunner } from "./task_runner.ts";
import type { TaskView } from "./task_view.ts";
import { viewOf } from "./show_task.ts";
import { WebhookDesk } from "./webhook_desk.ts";

/** One simulator's state. Route handlers are given it. */
export class Simulation<P extends ProviderTypes> {
  /** By id, oldest first. */
  readonly tasks = new Map<string, Task<P>>();
  /** The rules in force; `take` is for faults that concern a single request. */
  readonly faults = new FaultBook<P["fault"]>();
  readonly desk: WebhookDesk<P>;
  readonly shelf: OutputShelf<P>;
  readonly #runner: TaskRunner<P>;
  readonly #closing = new AbortController();

  /** @param url the simulator's own base URL. */
  constructor(
    readonly provider: Provider<P>,
    readonly url: string,
    options: KitOptions & { webhookRetryDelaysMs: readonly number[]; webhookTimeoutMs: number },
  ) {
    this.shelf = new OutputShelf(provider, url);
    this.desk = new WebhookDesk({
      ...provider.webhooks,
      retryDelaysMs: options.webhookRetryDelaysMs,
      timeoutMs: options.webhookTimeoutMs,
      passingFailure: (task) => provider.failure(task, "passing"),
      readingOf: (task) => this.#truth(task, task.outputsWithheld > 0),
    });
    this.#runner = new TaskRunner(provider, this.tasks, this.desk, options);
  }

  /** @throws ZodError when the rule is not one. */
  misbehave(rule: FaultRule<P["fault"]>): void {
    const valid = this.provider.faultRule.parse(rule);
    const times = strikesOf(valid, this.provider.taskFaultKinds);
    this.faults.add(times === undefined ? valid : { ...valid, times });
  }

  /** Forgets all rules. Tasks keep the faults they started with. */
  behave(): void {
    this.faults.clear();
  }

  /** Tasks that have not ended. */
  get unfinished(): number {
    let count = 0;
    for (const { end } of this.tasks.values()) if (!end) count++;
    return count;
  }

  /**
   * Takes a submission in and starts its task. With the fault `webhook_before_answer` it resolves only when the task
   * has ended and its webhook was posted; make the answer from the task's state before (`answer`).
   * @param texts what `contains` of a fault rule is compared with.
   * @returns what `answer` made of the task as it was entered.
   */
  async accept<Answer>(
    submission: P["submission"],
    texts: readonly string[],
    answer: (task: Task<P>) => Answer,
  ): Promise<Answer> {
    const task = this.#enter(submission, texts);
    const answered = answer(task);
    const life = this.#runner.start(task);
    if (task.faults.webhook_before_answer) await life;
    return answered;
  }

  /** Ends a task at once, by default as cancelled; no effect on one that has ended. */
  stop(task: Task<P>, end: TaskEnd<P["failure"]> = { status: "cancelled" }): void {
    void this.#runner.stop(task, end);
  }

  /** Resolves when the task has ended, when `ms` milliseconds have passed, or when the simulator closes. */
  async ended(task: Task<P>, ms: number): Promise<void> {
    const waiting = new AbortController();
    const timer = pause(ms, AbortSignal.any([waiting.signal, this.#closing.signal])).catch(() => {});
    await Promise.race([task.over.promise, timer]);
    waiting.abort();
  }

  /**
   * What a poll is to say of a task: the truth, unless one of its faults has it otherwise. Counts as a reading.
   * @param of `status`: the answer has no room for outputs, so one without outputs is not used up. Default `outputs`.
   * @see peek for answers that show neither outputs nor failures.
   */
  read(task: Task<P>, of: "status" | "outputs" = "outputs"): Reading<P["failure"]> {
    if (task.status === "succeeded" && task.failuresToShow > 0) {
      task.failuresToShow--;
      return { status: "failed", failure: this.provider.failure(task, "passing") };
    }
    const withheld = task.status === "succeeded" && task.outputsWithheld > 0;
    if (withheld && of === "outputs") task.outputsWithheld--;
    return this.#truth(task, withheld);
  }

  /** What is true of a task, whatever readings say; counts as none. */
  peek(task: Task<P>): Reading<P["failure"]> {
    return this.#truth(task, false);
  }

  /**
   * Answers a request, unless a fault strikes below the provider's API: an HTTP error, or no answer at all.
   * @param path the endpoint's name in `requestFaults`, or all its names.
   * @param texts what `contains` of a rule is compared with.
   * @param answer makes the regular answer; called also when a submission goes through unseen.
   */
  async respond(
    request: Request,
    path: string | readonly string[],
    texts: readonly string[],
    answer: () => Response | Promise<Response>,
  ): Promise<Response> {
    const paths = typeof path === "string" ? [path] : path;
    // Holds every fault of this simulator; the two kinds asked for here are the kit's own.
    const book = this.faults as unknown as FaultBook<CommonRequestFault>;
    const strikes = (fault: CommonRequestFault) => paths.includes(fault.path);
    const fault = book.take("http_error", texts, strikes) ?? book.take("hang", texts, strikes);
    if (!fault) return await answer();
    if (fault.accepted) await (await answer()).body?.cancel();
    return fault.kind === "hang" ? await this.#silence(request) : httpError(fault.status);
  }

  /** A task as it is now, for whoever checks it. */
  view(task: Task<P>): TaskView {
    return viewOf(task, this.shelf, this.provider);
  }

  /** Stops tasks and webhooks, and lets those go who wait for an answer that never comes. */
  async close(): Promise<void> {
    this.#closing.abort();
    // Together, because a task's life may be waiting for the first attempt of its webhook.
    await Promise.all([this.desk.close(), this.#runner.close()]);
  }

  #enter(submission: P["submission"], texts: readonly string[]): Task<P> {
    const faults = this.#faultsFor(texts);
    const task: Task<P> = {
      id: this.provider.newTaskId(submission),
      submission,
      texts,
      faults,
      createdAt: new Date(),
      stop: new AbortController(),
      status: "queued",
      startedAt: undefined,
      endedAt: undefined,
      over: Promise.withResolvers(),
      end: undefined,
      deliveries: [],
      failuresToShow: faults.failed_then_success ? faults.failed_then_success.polls ?? 1 : 0,
      outputsWithheld: faults.success_without_outputs?.times ?? 0,
    };
    this.tasks.set(task.id, task);
    return task;
  }

  #faultsFor(texts: readonly string[]): P["taskFaults"] {
    const struck = this.provider.taskFaultKinds.map((kind) => [kind, this.faults.take(kind, texts)] as const);
    return Object.fromEntries(struck.filter(([, fault]) => fault !== undefined));
  }

  #truth(task: Task<P>, outputsWithheld: boolean): Reading<P["failure"]> {
    const { end } = task;
    if (end?.status === "succeeded") {
      return { status: "succeeded", links: outputsWithheld ? [] : this.shelf.links(task) };
    }
    return end ?? { status: task.startedAt ? "running" : "queued" };
  }

  /** Resolves when the client has gone away, or with 503 when the simulator closes. */
  async #silence(request: Request): Promise<Response> {
    const over = AbortSignal.any([request.signal, this.#closing.signal]);
    if (!over.aborted) {
      await new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
    }
    return httpError(503);
  }
}

/** What a proxy in front of the provider answers when the provider is away: a page, not JSON. */
function httpError(status: number): Response {
  const page =
    `<html>\n<head><title>${status}</title></head>\n<body><center><h1>${status}</h1></center></body>\n</html>\n`;
  return new Response(page, { status, headers: { "content-type": "text/html" } });
}
