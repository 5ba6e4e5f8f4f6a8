/** What is counted for each account of a provider: that of its API key. */
import type { ProviderTypes, Task } from "./task.ts";

/** An account as it is shown. */
export interface AccountView {
  /** Its API key. */
  readonly account: string;
  /** Tasks that have begun and not ended. */
  readonly alive: number;
  /** The most that were alive at the same time. */
  readonly mostAlive: number;
  /** Tasks that ever began. */
  readonly tasks: number;
  /** What the provider would ask for the tasks that have ended, in `unit`. */
  readonly billed: number;
  readonly unit: string;
}

/** What a task costs, in the provider's own unit. */
export interface Tariff<P extends ProviderTypes> {
  readonly unit: string;
  /** Of a task that has ended. */
  bill(task: Task<P>): number;
}

/** The tariff of a provider that has none of its own. */
export const ONE_EACH: Tariff<ProviderTypes> = {
  unit: "tasks",
  bill: ({ end }) => end?.status === "succeeded" ? 1 : 0,
};

interface Count {
  alive: number;
  mostAlive: number;
  tasks: number;
  billed: number;
}

/** Counts tasks as they begin and end, so that no moment is missed. */
export class Accounts<P extends ProviderTypes> {
  readonly #counts = new Map<string, Count>();
  readonly #tariff: Tariff<P>;

  constructor(tariff: Tariff<P>) {
    this.#tariff = tariff;
  }

  began({ account }: Task<P>): void {
    const count = this.#counts.get(account) ?? { alive: 0, mostAlive: 0, tasks: 0, billed: 0 };
    this.#counts.set(account, count);
    count.tasks++;
    count.mostAlive = Math.max(count.mostAlive, ++count.alive);
  }

  ended(task: Task<P>): void {
    const count = this.#counts.get(task.account);
    if (!count) return;
    count.alive--;
    count.billed += this.#tariff.bill(task);
  }

  /** Tasks of an account that have not ended. */
  alive(account: string): number {
    return this.#counts.get(account)?.alive ?? 0;
  }

  /** Every account that ever had a task. */
  views(): AccountView[] {
    return [...this.#counts].map(([account, count]) => ({ account, ...count, unit: this.#tariff.unit }));
  }
}
