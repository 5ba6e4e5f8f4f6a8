/** How attempts end, and what is heard of their tasks: the calls of workers that the races are about. */
import type { Work } from "./actors.ts";
import type { Row, Session } from "./harness.ts";

const named = (work: Work) => ({ p_job_id: work.jobId, p_token: work.token });

/** The provider has the result; returns produced, duplicate or late. */
export async function produced(session: Session, work: Work): Promise<string> {
  const outputs = [{ url: "https://example.test/a.png", contentType: "image/png" }];
  return await session.ask("worker.produced", { ...named(work), p_outputs: outputs });
}

/** The result is one that is not kept; returns failed, duplicate or late. */
export async function outputRefused(session: Session, work: Work): Promise<string> {
  const why = { p_error_code: "output_too_large", p_error_message: "It is too large." };
  return await session.ask("worker.output_refused", { ...named(work), ...why });
}

/** Nobody will know whether the provider took the task; returns failed, known or late. */
export async function submitUnknown(session: Session, work: Work): Promise<string> {
  return await session.ask("worker.submit_unknown", named(work));
}

/** The provider, asked a last time, has no result; returns failed, not_yet or late. */
export async function deadlinePassed(session: Session, work: Work): Promise<string> {
  return await session.ask("worker.deadline_passed", { ...named(work), p_message: "It took too long." });
}

/** The task of an attempt in the outbox is over; returns whether that was news. */
export async function taskOver(session: Session, work: Work, how: string): Promise<boolean> {
  return await session.ask("worker.task_over", { p_token: work.token, p_how: how });
}

/** Deletes a user, as the Auth server does. */
export async function deleteUser(session: Session, userId: string): Promise<void> {
  await session.rows("delete from auth.users where id = $1", [userId]);
}

/** Moves a job's deadline into the past by so much. */
export async function passDeadline(session: Session, work: Work, by = "6 minutes"): Promise<void> {
  await session.rows(
    "update public.jobs set deadline_at = clock_timestamp() - $2::text::interval where id = $1",
    [work.jobId, by],
  );
}

/** Loses the question that lies in the settle queue for an attempt. */
export async function loseQuestion(session: Session, work: Work): Promise<void> {
  await session.rows("delete from pgmq.q_settle_queue where message ->> 'job_id' = $1", [work.jobId]);
}

/** A row of the outbox: why its attempt ended, the task that it knows, and how that ended; null while it may live. */
export interface OutboxRow extends Row {
  reason: string;
  external_id: string | null;
  how: string | null;
}

/** The rows of the outbox for a job, in order; they stay when it is gone. */
export async function outboxOf(session: Session, jobId: string): Promise<OutboxRow[]> {
  const rows = await session.rows<OutboxRow>(
    "select reason, external_id, how from private.cancels where job_id = $1 order by attempt",
    [jobId],
  );
  return rows.map((row) => ({ ...row }));
}

/** What became of a job's price: none, due, paid or withheld. */
export async function refundOf(session: Session, jobId: string): Promise<string> {
  return (await session.row<{ refund: string }>("select refund from public.jobs where id = $1", [jobId]))
    .refund;
}

/** What the ledger's proof finds wrong with these jobs. */
export async function driftOf(session: Session, ...jobIds: string[]): Promise<string[]> {
  const rows = await session.rows<{ problem: string }>(
    "select problem from ops.credit_drift() where job_id = any ($1::uuid[])",
    [`{${jobIds.join(",")}}`],
  );
  return rows.map(({ problem }) => problem);
}
