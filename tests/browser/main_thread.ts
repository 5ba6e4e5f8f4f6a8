/** What a page's main thread does, by the browser's own trace: in CPU time, which neighbours on the machine hardly make longer. */
import type { Browser, Page } from "playwright-core";

export interface MainThread {
  /** How long each of its tasks had the CPU, milliseconds. */
  readonly tasks: readonly number[];
  /** How often the page has been laid out. */
  readonly layouts: number;
}

/** Layouts, tasks, and the names of threads. */
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "__metadata"];

/** An event as Chromium traces it; `tdur` is CPU time, microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Traces the page while `work` goes on. */
export async function mainThreadDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<MainThread> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const events = busiest(traceEvents);
  const tasks = events.filter(({ name }) => name === "RunTask").map(({ tdur = 0 }) => tdur / 1000);
  if (tasks.length === 0) throw new Error("The browser has traced no task");
  return { tasks, layouts: events.filter(({ name }) => name === "Layout").length };
}

/** The events of the main thread that had most to do: spare processes have one, too. */
function busiest(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const byThread = Map.groupBy(events, threadOf);
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  return mains.map((main) => byThread.get(threadOf(main)) ?? [])
    .reduce((most, one) => one.length > most.length ? one : most, []);
}
