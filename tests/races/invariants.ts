/** What is always so, whatever has happened; each question returns the rows that say otherwise. */
import assert from "node:assert/strict";
import type { Row, Session } from "./harness.ts";

/** So at every moment, also while others are at work. */
const ALWAYS: Record<string, string> = {
  "what may be paid for is bought once, and nothing is given away": `
    select d.*, j.status, j.attempt,
      (select json_agg(a order by attempt) from (
        select attempt, dispatch, phase, outcome, submits, resubmit, word, never_existed, error_code, token, external_id
        from public.job_attempts where job_id = d.job_id) a) as attempts,
      (select json_agg(c) from (
        select attempt, reason, how, made_at, over_at, token from private.cancels where job_id = d.job_id) c) as outbox
    from ops.credit_drift() d left join public.jobs j on j.id = d.job_id`,
  "an attempt that runs holds a slot, unless its provider is done with it": `
    select j.id, j.lane, j.current_step, a.phase from public.jobs j
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
    where j.status = 'processing' and a.outcome is null and a.word is null
      and not exists (select from private.slots s where s.token = a.token)`,
  "a slot that retires is held": "select * from private.slots where is_retiring and job_id is null",
  "a job has at most one open attempt, its last or the one that has succeeded": `
    select a.job_id, a.attempt as open, j.attempt, j.status, o.attempts, j.step_history
    from public.job_attempts a join public.jobs j on j.id = a.job_id,
      lateral (
        select count(*) filter (where outcome is null) as open, json_agg(b order by attempt) as attempts from (
          select attempt, dispatch, phase, outcome, submits, word, never_existed, error_code from public.job_attempts
          where job_id = j.id) b) o
    where a.outcome is null
      and ((a.attempt <> j.attempt and a.phase <> 'produced') or j.status <> 'processing' or o.open > 1)`,
  "a job that waits or runs has something that will move it": `
    select j.id, j.status, j.current_step, a.phase from public.jobs j
    left join public.job_attempts a on a.job_id = j.id and a.outcome is null
    where j.status = 'processing' and coalesce(a.phase not in ('submitted', 'settling', 'produced'), true)
      and not exists (select from race_messages() m where m.job_id = j.id and m.attempt = a.attempt)`,
};

/** So once nobody is at work and every lane has been dispatched. */
const AT_REST: Record<string, string> = {
  "no free slot beside a waiting job that may have it": `
    select j.lane, count(*) from public.jobs j join private.lanes l on l.lane = j.lane
    where j.status = 'pending' and j.run_at is null and coalesce(l.paused_until <= now(), true)
      and exists (
        select from private.slots s join private.accounts a on a.account_id = s.account_id
        where s.lane = j.lane and s.job_id is null and not s.is_retiring and coalesce(a.paused_until <= now(), true))
      and j.user_id <> all (private.paused_users())
      and coalesce(l.max_active_per_user > (
        select private.active_jobs(j.lane, j.user_id)), true)
      and l.rate_limit is null -- a lane with a rate may have spent it
    group by j.lane`,
  "each change of a job was announced under a version of its own, without gaps": `
    select j.id, j.version, m.count, m.versions from public.jobs j
    left join (
      select payload -> 'new' ->> 'id' as id, count(*), count(distinct (payload -> 'new' ->> 'version')::integer) as versions,
        max((payload -> 'new' ->> 'version')::integer) as last
      from realtime.messages where payload ->> 'table' = 'jobs' group by 1) m on m.id = j.id::text
    where (m.count, m.versions, m.last) is distinct from (j.version::bigint, j.version::bigint, j.version)`,
  "no job left a terminal state": `
    select payload -> 'old' as old, payload -> 'new' as new from realtime.messages
    where payload -> 'old' ->> 'status' in ('completed', 'failed', 'cancelled')
      and payload -> 'old' ->> 'status' <> payload -> 'new' ->> 'status'`,
  "what has become of an effect is known once its job has ended, and not before": `
    select j.id, j.status, j.effect, e.outcome, e.message from public.jobs j left join public.job_effects e on e.job_id = j.id
    where (e.outcome is not null and e.outcome <> all (array['pending', 'failed']))
      <> (j.status in ('completed', 'failed', 'cancelled') and (j.effect = 'model' or j.metadata ->> 'projectId' is not null)
        and j.effect is not null)`,
  "a node whose job has ended says so": `
    select p.id, node, j.status from public.projects p, jsonb_array_elements(p.content -> 'nodes') node
    join public.jobs j on j.id = (node #>> '{data,jobId}')::uuid
    where j.status in ('completed', 'failed', 'cancelled')
      and (node #>> '{data,status}' <> j.status::text or (node #> '{data,loading}')::boolean)`,
  "a model whose training has ended says so": `
    select m.id, m.status, j.status from public.ai_models m join public.jobs j on j.id = m."trainingJobId"
    where (m.status = 'TRAINING') <> (j.status in ('pending', 'processing'))`,
  "each change of a project was announced": `
    with told as materialized (
      select topic, count(*) from realtime.messages where topic like 'project:%' group by topic
    )
    select p.id, p.version, t.count from public.projects p left join told t on t.topic = 'project:' || p.id
    where t.count is distinct from p.version`,
  "no broadcast was swallowed": "select * from private.broadcast_failures",
};

/** Makes the function that the questions ask about the messages of all lanes; stable, so that it sees what they see. */
export async function prepareQuestions(session: Session): Promise<void> {
  const queues = await session.rows<{ queue_name: string }>(
    "select queue_name from private.lanes union select 'settle_queue' as queue_name",
  );
  const messages = queues.map(({ queue_name }) => `select message from pgmq.q_${queue_name}`).join(
    " union all ",
  );
  await session.rows(
    `create function race_messages() returns table (job_id uuid, attempt integer) language sql stable as $$
    select (message ->> 'job_id')::uuid, (message ->> 'attempt')::integer from (${messages}) m $$`,
  );
}

async function answers(session: Session, questions: Record<string, string>): Promise<string[]> {
  const broken: string[] = [];
  for (const [sentence, question] of Object.entries(questions)) {
    const rows = await session.rows<Row>(question);
    if (rows.length > 0) {
      broken.push(`not so: ${sentence}; ${rows.length} rows, such as ${JSON.stringify(rows[0])}`);
    }
  }
  return broken;
}

/** The sentences that are not so though they should be at any moment. */
export async function brokenNow(session: Session): Promise<string[]> {
  return await answers(session, ALWAYS);
}

/** Fails with the sentences that are not so though nobody is at work. */
export async function assertAtRest(session: Session): Promise<void> {
  assert.deepEqual([...await answers(session, ALWAYS), ...await answers(session, AT_REST)], []);
}
