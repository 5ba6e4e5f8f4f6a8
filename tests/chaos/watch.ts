/** Looks at the jobs twice a second while the run goes on: who has ended, and whether anybody who had is something else now. */
import type postgres from "postgres";
import { pause } from "./patience.ts";

const EVERY_MS = 500;
/** So many jobs that have not ended are named. */
const FEW = 5;
const UUID = 2950; // the type's number in PostgreSQL

export class Watch {
  /** The first end that was seen of each job, by id. */
  readonly ends = new Map<string, string>();
  /** Jobs whose end changed, or was gone after a crash of the database. */
  readonly changes: string[] = [];
  readonly #sql: postgres.Sql;
  readonly #ignored: readonly string[];
  readonly #expected: number;
  #stopped = false;

  /**
   * @param expected how many jobs there will be.
   * @param ignored users whose jobs are not looked at.
   */
  constructor(sql: postgres.Sql, expected: number, ignored: readonly string[] = []) {
    this.#sql = sql;
    this.#ignored = ignored;
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

  /** How many have ended; the last few that have not, by name. */
  async tell(): Promise<string> {
    const waiting = this.#expected - this.ends.size;
    const told = `${this.ends.size} of ${this.#expected} jobs have ended`;
    if (waiting === 0 || waiting > FEW) return told;
    const rows = await this.#sql`
      select format('%s (%s %s, attempt %s)', metadata ->> 'scenario', status, current_step, attempt) as job
      from public.jobs where status in ('pending', 'processing') and user_id <> all (${
      this.#sql.array([...this.#ignored], UUID)
    })`;
    return `${told}; not yet: ${rows.map(({ job }) => job).join(", ")}`;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Looks once. */
  async look(): Promise<void> {
    const rows = await this.#sql<{ id: string; status: string }[]>`
      select id, status::text from public.jobs
      where status in ('completed', 'failed', 'cancelled') and user_id <> all (${
      this.#sql.array([...this.#ignored], UUID)
    })`;
    const now = new Map(rows.map(({ id, status }) => [id, status]));
    for (const [id, was] of this.ends) {
      const is = now.get(id);
      if (is !== was) this.changes.push(`job ${id} was ${was} and is ${is ?? "not ended any more"}`);
    }
    for (const [id, status] of now) if (!this.ends.has(id)) this.ends.set(id, status);
  }
}
