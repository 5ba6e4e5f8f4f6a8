/** Jobs that live in the database while clients watch: created, worked on, finished, in SQL and at a rate. */
import type postgres from "postgres";
import type { Person } from "./world.ts";

export interface ChangesOptions {
  readonly sql: postgres.Sql;
  readonly people: readonly Person[];
  /** Changes of jobs in a second, all people together. */
  readonly rate: number;
  /** 0 to 1, without 1. */
  random(): number;
}

export interface Changes {
  /** How many were made. */
  made(): number;
  /** Resolves when so many were made. */
  until(count: number): Promise<void>;
  /** Jobs that are not terminal. */
  readonly open: ReadonlyMap<string, Work>;
  /** Makes no more; resolves when the last one is committed. */
  stop(): Promise<void>;
}

/** A job of somebody, and its attempt once it was claimed. */
export interface Work {
  readonly lane: string;
  readonly token: string | undefined;
  readonly progress: number;
}

/** No more open jobs for each person: what is going on has to go on. */
const MOST_OPEN = 6;
const OUTPUT = { files: [] };

/**
 * Makes changes until it is stopped. One that comes too late is made at once: the rate holds on average. What the database
 * does not answer, because it is away, is tried again with another.
 */
export function makeChanges({ sql, people, rate, random }: ChangesOptions): Changes {
  const open = new Map<string, Work>();
  let [made, isStopped] = [0, false];
  const startedAt = performance.now();
  const one = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

  async function create(): Promise<void> {
    const person = one(people);
    if (!person) return;
    const metadata = random() < 0.5 ? { projectId: person.projectId, nodeId: "n1" } : {};
    const [job] = await sql`
      select id from public.create_job(p_user_id => ${person.id}::uuid, p_tool => ${person.lane}, p_input => '{}',
        p_metadata => ${sql.json(metadata)}, p_caller_drains => true)`;
    if (job) open.set(String(job["id"]), { lane: person.lane, token: undefined, progress: 0 });
  }

  async function claim(lane: string): Promise<void> {
    const rows = await sql<{ claim: { job: { id: string }; attempt: { token: string } } }[]>`
      select claim from worker.claim(p_lane => ${lane}, p_worker => 'tests', p_qty => 1) claim`;
    for (const { claim: { job, attempt } } of rows) {
      const work = open.get(job.id);
      if (work) open.set(job.id, { ...work, token: attempt.token });
    }
  }

  async function workOn(id: string, work: Work): Promise<void> {
    const { lane, token, progress } = work;
    if (token === undefined) return await claim(lane);
    if (progress < 75) {
      const next = progress + 25;
      await sql`select worker.progress(p_job_id => ${id}, p_token => ${token}, p_progress => ${next}::smallint)`;
      open.set(id, { ...work, progress: next });
      return;
    }
    open.delete(id);
    const end = random();
    if (end < 0.15) await sql`select public.cancel_job(p_job_id => ${id})`;
    else if (end < 0.3) {
      await sql`select worker.attempt_failed(p_job_id => ${id}, p_token => ${token}, p_retry_class => 'never',
        p_error_code => 'out_of_luck', p_error_message => 'It did not work.')`;
    } else {
      await sql`select worker.complete(p_job_id => ${id}, p_token => ${token}, p_output => ${
        sql.json(OUTPUT)
      },
        p_output_url => null)`;
    }
  }

  async function makeOne(): Promise<void> {
    const some = one([...open]);
    if (!some || open.size < MOST_OPEN * people.length && random() < 0.2) await create();
    else await workOn(...some);
    made++;
  }

  const running = (async () => {
    while (!isStopped) {
      const due = startedAt + (made * 1000) / rate - performance.now();
      if (due > 0) await pause(due);
      if (!isStopped) await makeOne().catch(unlessAway);
    }
  })();
  running.catch(() => {}); // `stop` tells
  return {
    made: () => made,
    async until(count) {
      while (made < count) await Promise.race([running, pause(10)]);
    },
    open,
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits a moment when an error says that the database is away. */
async function unlessAway(error: unknown): Promise<void> {
  const { code = "" } = error as { code?: string };
  if (!/^(CONNECTION_|ECONN|EPIPE|57P|08)/.test(code)) throw error;
  await pause(50);
}
