/**
 * A clock that tests turn. In its hands are setTimeout, setInterval and Date.now of everybody, supabase-js too, and it knows which
 * page set a timer: pages that are frozen run nothing, timers of hidden ones are slow.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What runs in one page. */
export interface Page {
  /** Nothing runs; what comes waits. */
  isFrozen: boolean;
  /** Nothing will ever run again. */
  isGone: boolean;
  /** Timers come at multiples of this, milliseconds. */
  throttle: number;
}

interface Task {
  due: number;
  readonly order: number;
  readonly page: Page | undefined;
  readonly run: () => void;
  readonly every: number | null;
  isCancelled: boolean;
  ref(): Task;
  unref(): Task;
}

const REAL = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  dateNow: Date.now,
};

export class FakeClock {
  /** Milliseconds that have passed; stands still while the machine sleeps. */
  elapsed = 0;
  /** What the wall clock shows beyond that. */
  #ahead = Date.UTC(2026, 10, 27, 9);
  #tasks: Task[] = [];
  #order = 0;
  readonly #pages = new AsyncLocalStorage<Page>();

  now(): number {
    return this.elapsed + this.#ahead;
  }

  /** The page whose code runs. */
  page(): Page | undefined {
    return this.#pages.getStore();
  }

  within<T>(page: Page, run: () => T): T {
    return this.#pages.run(page, run);
  }

  /** Runs `run` in a page after `ms`, as events of the network come: no throttle slows them. */
  post(page: Page | undefined, ms: number, run: () => void): Task {
    return this.#add(page, this.elapsed + ms, run, null);
  }

  /** Takes the timers of the process in hand, until the returned function is called. */
  install(): () => void {
    const set = (run: () => void, ms = 0) => {
      const page = this.page();
      return this.#add(page, this.#slowed(this.elapsed + Math.max(ms, 1), page), run, null);
    };
    const every = (run: () => void, ms = 0) =>
      this.#add(this.page(), this.elapsed + Math.max(ms, 1), run, Math.max(ms, 1));
    const clear = (task?: { isCancelled?: boolean }) => {
      if (task && typeof task === "object") task.isCancelled = true;
    };
    Object.assign(globalThis, {
      setTimeout: set,
      setInterval: every,
      clearTimeout: clear,
      clearInterval: clear,
    });
    Date.now = () => this.now();
    return () => {
      const { dateNow, ...timers } = REAL;
      Object.assign(globalThis, timers);
      Date.now = dateNow;
    };
  }

  #slowed(due: number, page: Page | undefined): number {
    return page && page.throttle > 1 ? Math.ceil(due / page.throttle) * page.throttle : due;
  }

  #add(page: Page | undefined, due: number, run: () => void, every: number | null): Task {
    const task: Task = {
      due,
      order: this.#order++,
      page,
      run,
      every,
      isCancelled: false,
      ref: () => task,
      unref: () => task,
    };
    this.#tasks.push(task);
    return task;
  }

  /** Lets time pass, and all that happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    await drain();
    for (let task = this.#next(end); task; task = this.#next(end)) {
      const { page, run } = task;
      if (page) this.within(page, run);
      else run();
      await drain();
    }
    this.elapsed = end;
  }

  /** The machine sleeps: the wall clock goes on, nothing else does. Negative: somebody sets the clock back. */
  sleep(ms: number): void {
    this.#ahead += ms;
  }

  /** What comes next until then, at whose time it is now. */
  #next(end: number): Task | undefined {
    this.#tasks = this.#tasks.filter((task) => !task.isCancelled && !task.page?.isGone);
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.due > end || task.page?.isFrozen) continue;
      if (!next || task.due < next.due || task.due === next.due && task.order < next.order) next = task;
    }
    if (!next) return undefined;
    this.elapsed = Math.max(this.elapsed, next.due);
    if (next.every === null) next.isCancelled = true;
    else next.due = this.#slowed(this.elapsed + next.every, next.page);
    return next;
  }

  /** How many timers of pages wait. */
  waiting(): number {
    return this.#tasks.filter((task) => !task.isCancelled && task.page && !task.page.isGone).length;
  }
}

/** Lets promises that are settled tell so, and those that this settles. */
export async function drain(): Promise<void> {
  for (let i = 0; i < 60; i++) await null;
}
