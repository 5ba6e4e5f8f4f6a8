/** Asks why jobs stand where they stand while the run goes on: whether each has an answer, whatever is happening to it. */
import type postgres from "postgres";
import { verdictProblems } from "../world/verdict_rule.ts";
import { pause } from "./patience.ts";

const EVERY_MS = 2_000;
/** So many open jobs at a time, and as many that have ended. */
const FEW = 6;
/** No more of them are kept. */
const MOST = 50;
/** A database that is down, comes up or has let its sessions go: nothing is asked of it then. */
const AWAY = /^(?:08|57P)|^CONN|^E[A-Z]+$/;

const some = (condition: string) =>
  `(select id from public.jobs where ${condition} order by random() limit ${FEW})`;
const SAMPLE = `${some("status in ('pending', 'processing')")} union ${
  some("status not in ('pending', 'processing')")
}`;

export class VerdictWatch {
  /** What was wrong, and when it was seen first. */
  readonly problems: string[] = [];
  /** How often it has looked and was answered. */
  looks = 0;
  readonly #sql: postgres.Sql;
  #stopped = false;

  constructor(sql: postgres.Sql) {
    this.#sql = sql;
  }

  /** Looks at a few jobs again and again until it is stopped; then once at all. */
  async start(): Promise<void> {
    while (!this.#stopped) {
      await this.#look(SAMPLE);
      await pause(EVERY_MS);
    }
    await this.#look("select id from public.jobs");
  }

  stop(): void {
    this.#stopped = true;
  }

  async #look(which: string): Promise<void> {
    try {
      const rows = await this.#sql.unsafe<{ problem: string }[]>(verdictProblems(which));
      this.looks++;
      for (const { problem } of rows) this.#note(problem);
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? "");
      if (!AWAY.test(code)) this.#note(`ops.diagnose fails: ${code} ${(error as Error).message}`);
    }
  }

  #note(problem: string): void {
    if (this.problems.length < MOST && !this.problems.includes(problem)) this.problems.push(problem);
  }
}
