/** Looks at the jobs twice a second while the run goes on: who has ended, and whether anybody who had is something else now. */
import type postgres from "postgres";
import { pause } from "./patience.ts";

const EVERY_MS = 500;

export class Watch {
  /** The first end that was seen of each job, by id. */
  readonly ends = new Map<string, string>();
  /** Jobs whose end changed, or was gone after a crash of the database. */
  readonly changes: string[] = [];
  readonly #sql: postgres.Sql;
  readonly #expected: number;
  #stopped = false;

  /** @param expected how many jobs there will be. */
  constructor(sql: postgres.Sql, expected: number) {
    this.#sql = sql;
    this.#expected = expected;
  }

  /** How many of the jobs have ended, from 0 to 1. */
  readonly share = (): number => this.ends.size / this.#expected;

  /** Looks until all have ended, `patienceMs` are over or it is stopped. Returns whether all have. */
  async untilAllEnded(patienceMs: number): Promise<boolean> {
    const giveUpAt = performance.now() + patienceMs;
    while (this.share() < 1 && performance.now() < giveUpAt && !this.#stopped) {
      await this.look().catch(() => {}); // the database may just be down
      await pause(EVERY_MS);
    }
    return this.share() >= 1;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Looks once. */
  async look(): Promise<void> {
    const rows = await this.#sql<{ id: string; status: string }[]>`
      select id, status::text from public.jobs where status in ('completed', 'failed', 'cancelled')`;
    const now = new Map(rows.map(({ id, status }) => [id, status]));
    for (const [id, was] of this.ends) {
      const is = now.get(id);
      if (is !== was) this.changes.push(`job ${id} was ${was} and is ${is ?? "not ended any more"}`);
    }
    for (const [id, status] of now) if (!this.ends.has(id)) this.ends.set(id, status);
  }
}
