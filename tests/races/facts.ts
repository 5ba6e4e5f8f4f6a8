/** What the rows say after a race. */
import type { Lane } from "./actors.ts";
import type { Row, Session } from "./harness.ts";

/** The slots of a lane: how many jobs hold one, how many are free to be given, how many are on their way out. */
export interface Slots extends Row {
  held: number;
  free: number;
  retiring: number;
}

export async function slotsOf(session: Session, lane: Lane): Promise<Slots> {
  const { held, free, retiring } = await session.row<Slots>(
    `select count(job_id)::integer as held,
       count(*) filter (where job_id is null and not is_retiring)::integer as free,
       count(*) filter (where is_retiring)::integer as retiring
     from private.slots where lane = $1`,
    [lane.name],
  );
  return { held, free, retiring };
}

/** The job that holds each slot of a lane, without the free ones. */
export async function holdersOf(session: Session, lane: Lane): Promise<string[]> {
  const rows = await session.rows<{ job_id: string }>(
    "select job_id from private.slots where lane = $1 and job_id is not null order by job_id",
    [lane.name],
  );
  return rows.map((row) => row.job_id);
}

/** What was charged and given back for a job, as `charge -1, refund 1`. */
export async function entriesOf(session: Session, jobId: string): Promise<string> {
  const { entries } = await session.row<{ entries: string }>(
    `select coalesce(string_agg(kind || ' ' || amount, ', ' order by entry_id), '') as entries
     from public.credit_entries where job_id = $1`,
    [jobId],
  );
  return entries;
}

export async function balanceOf(session: Session, userId: string): Promise<number> {
  const { balance } = await session.row<{ balance: number }>(
    "select balance::integer from public.credit_accounts where user_id = $1",
    [userId],
  );
  return balance;
}

/** The steps in a job's history, in order. */
export async function stepsOf(session: Session, jobId: string): Promise<string[]> {
  const { steps } = await session.row<{ steps: { step: string }[] }>(
    "select step_history as steps from public.jobs where id = $1",
    [jobId],
  );
  return steps.map((entry) => entry.step);
}

/** The outcome of each attempt of a job, in order; null while it is open. */
export async function outcomesOf(session: Session, jobId: string): Promise<(string | null)[]> {
  const rows = await session.rows<{ outcome: string | null }>(
    "select outcome from public.job_attempts where job_id = $1 order by attempt",
    [jobId],
  );
  return rows.map((row) => row.outcome);
}

/** The messages of a queue that point at a job, visible or not, by their kind; `work` where they name none. */
export async function messagesFor(session: Session, queue: string, jobId: string): Promise<string[]> {
  const rows = await session.rows<{ kind: string }>(
    `select coalesce(message ->> 'kind', 'work') as kind from pgmq.q_${queue}
     where message ->> 'job_id' = $1 order by msg_id`,
    [jobId],
  );
  return rows.map((row) => row.kind);
}

/** The jobs of a lane in a status. */
export async function jobsIn(session: Session, lane: Lane, status: string): Promise<string[]> {
  const rows = await session.rows<{ id: string }>(
    "select id from public.jobs where lane = $1 and status = $2::public.job_status order by id",
    [lane.name, status],
  );
  return rows.map((row) => row.id);
}
