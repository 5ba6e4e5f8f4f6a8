/** What the races do with publications: connections, and the calls of workers and owners. They share one lane. */
import { createUser, setCapacity } from "./actors.ts";
import type { Arguments, Row, Session } from "./harness.ts";

/** A user with a connection, and who works on what is published with it. */
export interface Publisher {
  userId: string;
  connectionId: string;
}

/** An attempt of a publication that is under way. */
export interface Publishing {
  jobId: string;
  token: string;
}

/** Switches on what can be published, with room for so many at once. */
export async function enablePublishing(session: Session, capacity = 200): Promise<void> {
  await session.rows("update public.tools set is_enabled = true, settings = '{}' where lane = 'publication'");
  const { id } = await session.row<{ id: number }>(
    "select account_id as id from private.accounts where lane = 'publication'",
  );
  await setCapacity(session, id, capacity);
}

export async function connect(session: Session, userId: string, platform = "x"): Promise<string> {
  const { id } = await session.row<{ id: string }>(
    `insert into public.connections (user_id, platform, external_id) values ($1, $2, gen_random_uuid()) returning id`,
    [userId, platform],
  );
  return id;
}

/** A new user with a connection to X. */
export async function createPublisher(session: Session, credits = 100): Promise<Publisher> {
  const userId = await createUser(session, credits);
  return { userId, connectionId: await connect(session, userId) };
}

/** Publishes some words that nobody has published before; returns the job. */
export async function publish(
  session: Session,
  { userId, connectionId }: Publisher,
  more: Arguments = {},
): Promise<string> {
  const input = { connectionId, groupId: crypto.randomUUID(), caption: crypto.randomUUID(), mediaFiles: [] };
  const named = { p_user_id: userId, p_tool: "x_post", p_input: input, ...more };
  const [job] = await session.call<{ id: string }>("public.create_job", named);
  return job!.id;
}

/** Whose attempt runs; null: the publication does not. */
export async function attemptOf(session: Session, jobId: string): Promise<Publishing | null> {
  const [row] = await session.rows<{ token: string }>(
    "select token from public.job_attempts where job_id = $1 and outcome is null",
    [jobId],
  );
  return row ? { jobId, token: row.token } : null;
}

/** One that is under way. */
export async function begun(session: Session, publisher: Publisher): Promise<Publishing> {
  const found = await attemptOf(session, await publish(session, publisher));
  if (!found) throw new Error("It has not begun.");
  return found;
}

const named = ({ jobId, token }: Publishing) => ({ p_job_id: jobId, p_token: token });

/** Returns the verdict. */
export async function commit(session: Session, work: Publishing): Promise<string> {
  const terms = { resubmit: "at_least_once" };
  const answer = await session.ask<{ verdict: string }>("worker.commit_publication", {
    ...named(work),
    p_terms: terms,
  });
  return answer.verdict;
}

export async function published(session: Session, work: Publishing): Promise<string> {
  return await session.ask("worker.published", { ...named(work), p_post_id: "post", p_permalink: null });
}

export async function failed(
  session: Session,
  work: Publishing,
  failure: { class: string; scope?: string; retry_after_ms?: number },
  isAllOver = false,
): Promise<string> {
  return await session.ask("worker.publication_failed", {
    ...named(work),
    p_failure: { scope: "publication", code: "out_of_luck", message: "It did not work.", ...failure },
    p_all_over: isAllOver,
  });
}

export async function endUnknown(session: Session, work: Publishing): Promise<string> {
  return await session.ask("worker.submit_unknown", named(work));
}

export async function resolve(session: Session, jobId: string, resolved: string): Promise<Row> {
  const [job] = await session.call("public.resolve_publication", { p_job_id: jobId, p_resolved: resolved });
  return job!;
}

export async function dispatchPublications(session: Session): Promise<number> {
  return await session.ask<number>("private.dispatch", { p_lane: "publication" });
}

/** Who is where in a connection's line, in its order: `front`, `held`, …, without those that are done. */
export async function lineOf(session: Session, { connectionId }: Publisher): Promise<string[]> {
  const rows = await session.rows<{ line: string }>(
    `select line from public.publications where connection_id = $1 and line <> 'done'
     order by line = 'front' desc, priority desc, ticket, job_id`,
    [connectionId],
  );
  return rows.map(({ line }) => line);
}

/** What became of a publication, and of its price. */
export async function endOf(session: Session, jobId: string): Promise<string> {
  const [row] = await session.rows<{ ending: string }>(
    `select concat_ws(', ', j.status, j.error_code, 'refund ' || j.refund, p.resolved,
       (select string_agg(kind || ' ' || amount, ' ' order by entry_id) from public.credit_entries where job_id = j.id))
       as ending
     from public.jobs j join public.publications p on p.job_id = j.id where j.id = $1`,
    [jobId],
  );
  return row?.ending ?? "gone";
}
