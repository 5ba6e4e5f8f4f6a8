/**
 * Calls of the engine that go together. The first goes at once and alone; those that come while it is under way go in one
 * transaction when it returns (worker.report_many), each with an answer or an error of its own. So nothing waits for a clock,
 * one by one nothing is different, and under load there are fewer transactions the more there is to do.
 */
import type { Answer } from "./database.ts";

/** One call more is under way at the same time than there are that are waited for. */
const ABREAST = 2;
/** A call that takes longer waits for somebody: those behind it go on without it. */
const PATIENCE_MS = 25;
/** In one transaction, which holds all of their jobs until its end; each in a subtransaction, of which 64 cost others nothing. */
const MOST = 50;
const MOST_BYTES = 512 * 1024;
/** The whole transaction was given up for somebody else's sake: alone each of them waits as ever. */
const GIVEN_UP = ["40001", "40P01", "55P03"];
/** PostgREST knows of no such function: the schema is older than this code. */
const NOT_THERE = "PGRST202";

/** Calls a function of the schema `worker`. */
export type Send = (name: string, args: Record<string, unknown>) => PromiseLike<Answer>;

interface Report {
  name: string;
  args: Record<string, unknown>;
  bytes: number;
  answer: PromiseWithResolvers<Answer>;
}

export class Together {
  #waiting: Report[] = [];
  /** Calls under way that are waited for. */
  readonly #ahead = new Set<symbol>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isThere = true;

  constructor(readonly send: Send) {}

  /** Makes a call, alone or with others. Answers as `send` does, and throws as it does. */
  async call(name: string, args: Record<string, unknown>): Promise<Answer> {
    if (!this.#isThere) return await this.send(name, args);
    if (this.#ahead.size < ABREAST && this.#waiting.length === 0) return await this.#first(name, args);
    const bytes = JSON.stringify(args).length;
    if (bytes > MOST_BYTES) return await this.send(name, args);
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.push({ name, args, bytes, answer });
    this.#timer ??= setTimeout(() => this.#lose(), PATIENCE_MS);
    return await answer.promise;
  }

  async #first(name: string, args: Record<string, unknown>): Promise<Answer> {
    const flight = this.#begin();
    try {
      return await this.send(name, args);
    } finally {
      this.#end(flight);
    }
  }

  #begin(): symbol {
    const flight = Symbol();
    this.#ahead.add(flight);
    return flight;
  }

  #end(flight: symbol): void {
    if (this.#ahead.delete(flight)) this.#next();
  }

  /** What is under way has taken too long. */
  #lose(): void {
    this.#ahead.clear();
    this.#next();
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reports = this.#take();
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#lose(), PATIENCE_MS);
    if (reports.length === 0) return;
    const flight = this.#begin();
    void this.#sendAll(reports).finally(() => this.#end(flight));
  }

  #take(): Report[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((report, n) => n === MOST || (bytes += report.bytes) > MOST_BYTES);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #sendAll(reports: Report[]): Promise<void> {
    const [only] = reports;
    if (reports.length === 1 && only) return await this.#sendAlone(only);
    const p_reports = reports.map(({ name, args }) => ({ call: name, args }));
    const answer = await settled(this.send("report_many", { p_reports }));
    if ("thrown" in answer) return reports.forEach(({ answer: { reject } }) => reject(answer.thrown));
    const { data, error } = answer;
    if (error?.code === NOT_THERE) this.#isThere = false;
    const isToRepeat = error?.code === NOT_THERE || GIVEN_UP.includes(error?.code ?? "");
    if (error && !isToRepeat) return reports.forEach((report) => report.answer.resolve(answer));
    const answers: unknown[] = Array.isArray(data) ? data : [];
    for (const [n, report] of reports.entries()) {
      const own = answerOf(answers[n]);
      if (own) report.answer.resolve(own);
      else void this.#sendAlone(report);
    }
  }

  /** Those whose job is in somebody's hands wait by themselves, and keep nobody. */
  async #sendAlone({ name, args, answer }: Report): Promise<void> {
    const own = await settled(this.send(name, args));
    if ("thrown" in own) answer.reject(own.thrown);
    else answer.resolve(own);
  }
}

async function settled(call: PromiseLike<Answer>): Promise<Answer | { thrown: unknown }> {
  try {
    return await call;
  } catch (thrown) {
    return { thrown };
  }
}

/** What one of them was answered, as if it had been called alone; undefined: it is to be called alone. */
function answerOf(one: unknown): Answer | undefined {
  if (typeof one !== "object" || one === null) return undefined;
  if ("error" in one) return { data: null, error: one.error as NonNullable<Answer["error"]>, status: 400 };
  return "data" in one ? { data: one.data, error: null, status: 200 } : undefined;
}
