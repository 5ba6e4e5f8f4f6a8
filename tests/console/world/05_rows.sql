-- The rows of the jobs and of their attempts.
create function console_world.input_of(p_job console_world.jobs) returns jsonb
language sql immutable as $$
  select case
    when p_job.lane = 'publication' then jsonb_build_object('connectionId', p_job.connection_id,
      'groupId', console_world.uuid(p_job.n / 3, 'group'), 'caption', format('Novidade %s na vitrine', p_job.n / 3),
      'mediaFiles', jsonb_build_array(jsonb_build_object('path', p_job.user_id || '/vitrine.jpg')))
    when p_job.tool in ('image', 'speech', 'report') then jsonb_build_object(
      case p_job.tool when 'speech' then 'text' else 'prompt' end,
      console_world.pick(array['A lighthouse', 'Um farol', 'A red bicycle', 'Uma praia vazia', 'A cat on a roof',
        'A street at night'], p_job.n, 'subject') || ' ' || console_world.pick(array['in the rain', 'ao entardecer',
        'in watercolour', 'visto de cima', 'with a moon'], p_job.n, 'manner'),
      'seed', 9007199254740993 + p_job.n)
    else jsonb_build_object('image', format('%s/picture-%s.png', p_job.user_id, p_job.n % 900), 'scale',
      2 + p_job.n % 3)
  end
$$;

-- A second attempt has a first one before it, whose submit was refused while the job waited.
create function console_world.history_of(p_job console_world.jobs, p_last public.job_step, p_attempts integer)
returns jsonb
language sql stable as $$
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('step', step, 'timestamp', console_world.moment(at)) || more)
    order by at, o)
  from (values
    (1.0, 'insert', p_job.at, '{}'::jsonb), (2, 'credits', p_job.at, jsonb_build_object('cost', p_job.credit_cost)),
    (3, 'queue_check', p_job.at, '{}'), (4, 'queued', p_job.at, '{}'),
    (4.3, 'starting', p_job.at + p_job.waited * 0.3, '{"accountName": "main"}'),
    (4.6, 'queued', p_job.begun_at - interval '1 millisecond', '{"attempt": 1, "error": "Too many requests",
      "error_code": "rate_limited", "retry_class": "backoff"}'),
    (5, 'starting', p_job.begun_at, jsonb_build_object('accountName', 'main', 'attempt', nullif(p_attempts, 1))),
    (6, 'running', p_job.begun_at + p_job.takes * 0.1, jsonb_build_object('taskId', format('task-%s-%s', p_job.n,
      p_attempts))),
    (7, 'webhook_received', p_job.begun_at + p_job.takes * 0.9, '{}'), (8, p_last::text, p_job.ended_at, '{}')
  ) s (o, step, at, more)
  where case p_job.fate
    when 'waits' then o <= 4 when 'scheduled' then o <= 4 when 'runs' then o <= 6 and at <= now()
    when 'is cancelled' then o <= 4 or o = 8 else true end
    and (p_attempts = 2 or o not in (4.3, 4.6))
$$;

insert into public.jobs (id, user_id, tool, lane, status, current_step, step_history, failed_at_step, error_code,
  error_message, input, output, output_bytes, progress, priority, ticket, attempt, dispatches, retry_count,
    max_attempts,
  run_at, expires_at, start_by, credits_charged, refund, request_id, metadata, is_by_user, version, created_at,
  queued_at, started_at, completed_at, updated_at, deadline_at)
select j.id, j.user_id, j.tool, j.lane, s.status, s.step, console_world.history_of(j, s.step, t.attempts), e.step,
  e.code, e.message,
  console_world.input_of(j),
  case when j.fate = 'completes' then case when j.lane = 'publication' then '{"files": []}' else jsonb_build_object(
    'files', jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', format('%s/%s/1-0.png', j.user_id, j.id),
      'content_type', 'image/png', 'bytes', 40000 + j.n % 90000))) end end,
  case when j.fate = 'completes' and j.lane <> 'publication' then 40000 + j.n % 90000 else 0 end,
  case j.fate when 'completes' then 100 when 'runs' then 10 + j.n % 80 end,
  case when j.n % 40 = 0 then 10 else 0 end, j.n, t.attempts, t.attempts, greatest(t.attempts - 1, 0), j.max_attempts,
  case j.fate when 'scheduled' then now() + interval '14 days' * console_world.chance(j.n, 'run at') end,
  case j.fate when 'scheduled' then now() + interval '16 days' else j.at + interval '24 hours' end,
  case j.fate when 'scheduled' then now() + interval '16 days' else j.at + interval '24 hours' end,
  j.credit_cost,
  case when j.fate = 'is cancelled' then 'paid' when e.code = 'outcome_unknown' then 'due' when j.fate = 'fails'
    then 'paid'
    else 'none' end::public.job_refund,
  'request-' || j.n,
  case when j.n % 5 = 0 then jsonb_build_object('projectId', console_world.uuid(j.person, 'project'), 'nodeId',
    'n' || j.n % 9)
    else '{}' end,
  true, 3 + t.attempts, j.at, j.at, case when t.attempts > 0 then j.begun_at end,
  case when j.fate in ('completes', 'fails', 'is cancelled') then j.ended_at end,
  case when j.fate in ('waits', 'scheduled') then j.at when j.fate = 'runs' then j.begun_at else j.ended_at end,
  case when j.fate = 'runs' then j.begun_at + interval '30 minutes' end
from console_world.jobs j
left join lateral (
  select x.* from console_world.errors x where x.lane = j.lane and j.fate = 'fails'
  order by console_world.chance(j.n, x.code) limit 1) e on true,
lateral (select
  case j.fate when 'completes' then 'completed' when 'fails' then 'failed' when 'is cancelled' then 'cancelled'
    when 'runs' then 'processing' else 'pending' end::public.job_status as status,
  case j.fate when 'completes' then 'completed' when 'fails' then 'failed' when 'is cancelled' then 'cancelled'
    when 'runs' then 'running' else 'queued' end::public.job_step as step) s,
lateral (select case when j.fate in ('waits', 'scheduled', 'is cancelled') then 0
  else 1 + (console_world.chance(j.n, 'tries') < 0.06)::integer end as attempts) t
order by j.n;

-- The one that counts is the last; before it was one that came to nothing, while the job waited.
insert into public.job_attempts (job_id, attempt, dispatch, user_id, token, account_id, slot_id, external_id, phase,
  error_code, error_message, raw_api_response, raw_webhook_payload, started_at, submitted_at, submits, submit_until,
  submitted_first_at, word, word_at, finished_at, outcome)
select j.id, nth, nth, j.user_id, coalesce(h.token, gen_random_uuid()), coalesce(h.account_id, a.account_id), h.slot_id,
  format('task-%s-%s', j.n, nth), case when j.fate = 'runs' and is_last then 'submitted'
    else 'finished' end::public.attempt_phase,
  case when not is_last then 'rate_limited' when j.fate = 'fails' then r.error_code end,
  case when not is_last then 'Too many requests' when j.fate = 'fails' then r.error_message end,
  jsonb_build_object('code', 200, 'data', jsonb_build_object('taskId', 1904737800233385986 + j.n, 'status', 'RUNNING')),
  case when is_last and j.fate = 'completes' and j.lane in ('runninghub', 'kie', 'fal', 'replicate') then
    jsonb_build_object('event', 'TASK_END', 'taskId', 1904737800233385986 + j.n, 'eventData', jsonb_build_array(
      jsonb_build_object('fileUrl', format('https://example.com/%s.png', j.n), 'costMs', extract(milliseconds
        from j.takes)::integer))) end,
  began, began + (j.ended_at - began) * 0.1, 1, began + interval '2 minutes', began + (j.ended_at - began) * 0.1,
  case when not is_last then 'failed' when j.fate = 'completes' then 'succeeded' when j.fate = 'fails'
    and coalesce(r.error_code, '') <> 'outcome_unknown' then 'failed' end,
  case when not is_last then j.begun_at - interval '1 millisecond'
    -- What is left then is copied.
    when j.fate = 'completes' then j.begun_at + j.takes * 0.93
    when j.fate in ('completes', 'fails') and coalesce(r.error_code, '') <> 'outcome_unknown' then j.ended_at end,
  case when not is_last then j.begun_at - interval '1 millisecond' when j.fate <> 'runs' then j.ended_at end,
  case when not is_last then 'retried' when j.fate = 'completes' then 'succeeded' when j.fate = 'fails'
    then 'failed' end
from console_world.jobs j join public.jobs r on r.id = j.id
left join console_world.held h on h.n = j.n
left join lateral (select account_id from private.accounts x where x.lane = j.lane order by account_id limit 1) a
  on true,
generate_series(1, r.attempt) nth,
lateral (select nth = r.attempt as is_last) l,
lateral (select case when is_last then j.begun_at else j.at + j.waited * 0.3 end as began) b;

update private.slots s set job_id = j.id, token = h.token
from console_world.held h join console_world.jobs j using (n) where s.slot_id = h.slot_id;

-- Some that failed were done again, by those that came after them.
with failed as (
  select n, tool, user_id, id, row_number() over (order by n) as f from console_world.jobs where fate = 'fails'
), again as (
  select distinct on (f.n) f.n, f.id, (select k.id from console_world.jobs k
    where k.user_id = f.user_id and k.tool = f.tool and k.n between f.n + 1 and f.n + 3000 order by k.n limit 1) as by
  from failed f where f.f % 4 = 0
)
update public.jobs j set retried_from = a.id from (select distinct on (by) * from again order by by, n) a
  where j.id = a.by;
