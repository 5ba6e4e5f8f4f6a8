/** The state behind a simulator's endpoints: its tasks, faults, webhooks and outputs. */
import { Accounts, type AccountView, ONE_EACH } from "./accounts.ts";
import { type CommonRequestFault, strikesOf } from "./common_faults.ts";
import { FaultBook, type FaultRule } from "./fault_rules.ts";
import { Front } from "./front.ts";
import { taskOutputs } from "./output.ts";
import { OutputShelf } from "./output_shelf.ts";
import type { Outage } from "./outage.ts";
import type { KitOptions, Provider } from "./provider.ts";
import { pause } from "./pause.ts";
import { asPythonWrites } from "./python_json.ts";
import type { SubmitRecord } from "./submits.ts";
import type { CancelAnswer, ProviderTypes, Reading, Task, TaskEnd } from "./task.ts";
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
  readonly #accounts: Accounts<P>;
  readonly #closing = new AbortController();
  /** The book holds every fault of this simulator; the kinds asked for there are the kit's own. */
  readonly #front = new Front(this.faults as unknown as FaultBook<CommonRequestFault>, this.#closing.signal);

  /** @param url the simulator's own base URL. */
  constructor(
    readonly provider: Provider<P>,
    readonly url: string,
    options: KitOptions & { webhookRetryDelaysMs: readonly number[]; webhookTimeoutMs: number },
  ) {
    this.shelf = new OutputShelf(provider, url);
    this.#accounts = new Accounts(provider.tariff ?? ONE_EACH);
    this.desk = new WebhookDesk({
      ...provider.webhooks,
      retryDelaysMs: options.webhookRetryDelaysMs,
      timeoutMs: options.webhookTimeoutMs,
      passingFailure: (task) => provider.failure(task, "passing"),
      readingOf: (task) => this.#truth(task, task.outputsWithheld > 0),
      strayOf: (task) => this.#strayOf(task),
    });
    this.#runner = new TaskRunner(provider, this.tasks, this.desk, {
      ...options,
      ended: (task) => this.#accounts.ended(task),
    });
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

  /** Has every endpoint that the outage is about fail from now on, until its time is over. */
  outage(outage: Extract<Outage, { how: "error" }>): void {
    this.#front.outage(outage);
  }

  /** Tasks of an account that have not ended. */
  alive(account: string): number {
    return this.#accounts.alive(account);
  }

  /** What was counted, by account. */
  accounts(): AccountView[] {
    return this.#accounts.views();
  }

  /** Every request to start a task, also those that were refused, oldest first. */
  submits(): readonly SubmitRecord[] {
    return this.#front.submits();
  }

  /** The task of this id, if it is the account's. */
  taskOf(account: string, id: string): Task<P> | undefined {
    const task = this.tasks.get(id);
    return task?.account === account ? task : undefined;
  }

  /**
   * Takes a submission in and starts its task. With the fault `webhook_before_answer` it resolves only when the task
   * has ended and its webhook was posted; make the answer from the task's state before (`answer`).
   * @param texts what `contains` of a fault rule is compared with.
   * @param account the API key that it came with.
   * @returns what `answer` made of the task as it was entered.
   */
  async accept<Answer>(
    submission: P["submission"],
    texts: readonly string[],
    answer: (task: Task<P>) => Answer,
    account = "",
  ): Promise<Answer> {
    const task = this.#enter(submission, texts, account);
    this.#front.taken(texts, task.id);
    const answered = answer(task);
    const life = this.#runner.start(task);
    if (task.faults.webhook_before_answer) await life;
    return answered;
  }

  /** Ends a task at once, by default as cancelled; no effect on one that has ended. */
  stop(task: Task<P>, end: TaskEnd<P["failure"]> = { status: "cancelled" }): void {
    void this.#runner.stop(task, end);
  }

  /** Notes that a task was submitted once more, where the provider knows it again. */
  again(task: Task<P>, texts: readonly string[]): void {
    task.submits++;
    this.#front.taken(texts, task.id);
  }

  /**
   * Somebody wishes that a task be stopped; what the provider says to that is the caller's affair.
   * @param heeds whether the provider stops such a task, if no fault has it otherwise. Default true.
   */
  cancel(task: Task<P>, heeds = true): CancelAnswer {
    const answer = this.#cancelled(task, heeds);
    task.cancels.push({ at: new Date(), answer });
    return answer;
  }

  #cancelled(task: Task<P>, heeds: boolean): CancelAnswer {
    const { ignores_cancel: ignores, slow_cancel: slow } = task.faults;
    if (task.end) return "over";
    if (slow) void pause(slow.ms, this.#closing.signal).then(() => this.stop(task), () => {});
    if (slow || ignores || !heeds) return "asked";
    this.stop(task);
    return "stopped";
  }

  /** JSON about a task, as its faults have it. */
  json(task: Task<P>, value: unknown, init: ResponseInit = {}): Response {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(task.faults.python_json ? asPythonWrites(text) : text, { ...init, headers });
  }

  /** Whether nobody is to be kept waiting any more. */
  get isClosing(): boolean {
    return this.#closing.signal.aborted;
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
  respond(
    request: Request,
    path: string | readonly string[],
    texts: readonly string[],
    answer: () => Response | Promise<Response>,
  ): Promise<Response> {
    return this.#front.respond(request, typeof path === "string" ? [path] : path, texts, answer);
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

  #enter(submission: P["submission"], texts: readonly string[], account: string): Task<P> {
    const faults = this.#faultsFor(texts);
    const task: Task<P> = {
      id: this.provider.newTaskId(submission),
      submission,
      account,
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
      submits: 1,
      cancels: [],
      failuresToShow: faults.failed_then_success ? faults.failed_then_success.polls ?? 1 : 0,
      outputsWithheld: faults.success_without_outputs?.times ?? 0,
    };
    this.tasks.set(task.id, task);
    this.#accounts.began(task);
    return task;
  }

  #faultsFor(texts: readonly string[]): P["taskFaults"] {
    const struck = this.provider.taskFaultKinds.map((kind) => [kind, this.faults.take(kind, texts)] as const);
    return Object.fromEntries(struck.filter(([, fault]) => fault !== undefined));
  }

  /** A task of the same kind that was never submitted and has succeeded. */
  #strayOf(task: Task<P>): Task<P> {
    const id = this.provider.newTaskId(task.submission);
    const outputs = taskOutputs(id, "image/png");
    return { ...task, id, status: "succeeded", endedAt: new Date(), end: { status: "succeeded", outputs } };
  }

  #truth(task: Task<P>, outputsWithheld: boolean): Reading<P["failure"]> {
    const { end } = task;
    if (end?.status === "succeeded") {
      return { status: "succeeded", links: outputsWithheld ? [] : this.shelf.links(task) };
    }
    return end ?? { status: task.startedAt ? "running" : "queued" };
  }
}
