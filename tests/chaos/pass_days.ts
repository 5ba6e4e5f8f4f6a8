/** A day passes within a run, for the results that cannot be fetched: copying is given up only then. */
import type postgres from "postgres";
import { pause } from "./patience.ts";

const EVERY_MS = 1_000;

/** Has a day pass, until it is stopped, for jobs of some scenarios, `afterMs` after their provider's success. */
export class PassingDays {
  readonly #sql: postgres.Sql;
  readonly #scenarios: readonly string[];
  readonly #afterMs: number;
  #stopped = false;

  /** @param scenarios as `provider/name`. */
  constructor(sql: postgres.Sql, scenarios: readonly string[], afterMs: number) {
    this.#sql = sql;
    this.#scenarios = scenarios;
    this.#afterMs = afterMs;
  }

  async start(): Promise<void> {
    while (!this.#stopped) {
      await this.#pass().catch(() => {}); // the database may just be down
      await pause(EVERY_MS);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #pass(): Promise<void> {
    await this.#sql`
      update public.job_attempts a set word_at = word_at - interval '25 hours'
      from public.jobs j
      where j.id = a.job_id and a.outcome is null and a.word = 'succeeded'
        and j.metadata ->> 'scenario' in ${this.#sql(["", ...this.#scenarios])}
        and a.word_at between now() - interval '12 hours' and now() - ${`${this.#afterMs} ms`}::interval`;
  }
}
