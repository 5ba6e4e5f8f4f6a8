/**
 * Designs that carry a job as Esteira does: created, claimed, submitted to a provider, told of by webhook, completed; with
 * what goes beside it. What a design has done is counted in its own database, not taken from its word.
 */
import { connect, type Sql } from "../../server/connection.ts";
import type { Server } from "../../server/server.ts";

/** The parts of a life that are timed; a claim may come with what creates. */
export type Stage = "create" | "claim" | "submitted" | "webhook" | "complete";

/** What each job is to have when it is over: how many at least. */
export const EQUAL_WORK = {
  /** Steps named in its history. */
  steps: 6,
  /** Entries of the ledger. */
  charges: 1,
  /** Webhooks, stored as they came. */
  webhooks: 1,
  /** Broadcasts to its owner: created, running, webhook received, completed. */
  told: 4,
};
export type Work = keyof typeof EQUAL_WORK;

/** The steps that a job's history is to name. */
export const STEPS = ["insert", "credits", "starting", "running", "webhook_received", "completed"];

/** Times work; where the same stage is named twice in one life, its times are added up. */
export type Timed = <T>(stage: Stage | ((result: T) => Stage), work: () => Promise<T>) => Promise<T>;

/** A design with its database made. */
export interface Carrier {
  /** For the connections that do the work. */
  url: string;
  /** Takes one job through its whole life, or as much of others' lives where several are at work. */
  live(sql: Sql, user: string, timed: Timed): Promise<void>;
  /** SQL: for each job `is_over`, and the counts that {@linkcode EQUAL_WORK} names. */
  work: string;
  /** SQL: one row, `is_paid`: whether the balances are what the jobs cost. */
  money: string;
}

/** One side of the comparison. */
export interface Design {
  name: string;
  /** What of {@linkcode EQUAL_WORK} it has no place for. */
  lacks: Work[];
  /** The same and more, in words, for the table. */
  doesNot: string;
  open(server: Server): Promise<Carrier>;
}

/** What the jobs of a database have: how many there are, how many are over, and the least that any of them has. */
export interface Done extends Record<Work, number> {
  jobs: number;
  over: number;
  isPaid: boolean;
}

/** Counts what was done. */
export async function countWork(sql: Sql, { work, money }: Carrier): Promise<Done> {
  const [done] = await sql.unsafe<Omit<Done, "isPaid">[]>(`
    select count(*)::integer as jobs, (count(*) filter (where is_over))::integer as over,
      min(steps)::integer as steps, min(charges)::integer as charges, min(webhooks)::integer as webhooks,
      min(told)::integer as told
    from (${work}) work`);
  const [{ is_paid: isPaid } = { is_paid: false }] = await sql.unsafe<{ is_paid: boolean }[]>(money);
  return { ...done!, isPaid };
}

/** What is wrong with the work done, in words, if anything is: `lives` is how many there must be at the least. */
export function shortfalls(done: Done, lives: number, lacks: readonly Work[]): string[] {
  const works = (Object.keys(EQUAL_WORK) as Work[]).filter((work) => !lacks.includes(work));
  return [
    ...done.jobs < lives ? [`${lives} lives, but ${done.jobs} jobs`] : [],
    ...done.over < done.jobs ? [`${done.jobs - done.over} of ${done.jobs} jobs are not over`] : [],
    ...works.filter((work) => done[work] < EQUAL_WORK[work]).map((work) =>
      `a job with ${done[work]} ${work} of ${EQUAL_WORK[work]}`
    ),
    ...done.isPaid || lacks.includes("charges") ? [] : ["the balances are not what the jobs cost"],
  ];
}

/** Calls `claim` until it has something: another connection may be just about to commit. @throws Error after a thousand calls. */
export async function claimNext<T>(claim: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 1_000; tries++) {
    const claimed = await claim();
    if (claimed !== undefined) return claimed;
  }
  throw new Error("there are jobs, but none could be claimed");
}

/** Runs SQL of this folder in a database. */
export async function runScripts(url: string, scripts: string[]): Promise<void> {
  const sql = connect(url, 1);
  try {
    for (const script of scripts) {
      await sql.unsafe(await Deno.readTextFile(new URL(script, import.meta.url))).simple();
    }
  } finally {
    await sql.end();
  }
}
