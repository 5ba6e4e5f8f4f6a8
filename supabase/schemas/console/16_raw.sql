create type private.raw_part as (part text, attempt integer, at timestamptz, body jsonb);
comment on type private.raw_part is 'Something of a job as it is: what was put in, came out, was answered or called.';

create function private.raw_parts(p_job public.jobs) returns setof private.raw_part
language sql stable set search_path = '' as $$
  select 'input', null::integer, p_job.created_at, p_job.input
  union all select 'metadata', null, p_job.created_at, p_job.metadata where p_job.metadata <> '{}'
  union all select 'output', null, p_job.completed_at, p_job.output where p_job.output is not null
  union all
  select 'answer', a.attempt, coalesce(a.submitted_at, a.finished_at), a.raw_api_response from public.job_attempts a
  where a.job_id = p_job.id and a.raw_api_response is not null
  union all
  (select 'webhook', w.attempt, w.received_at, w.payload from private.webhook_events w
    where w.job_id = p_job.id order by w.event_id desc limit 50)
  union all
  select 'step_history', null, p_job.updated_at, p_job.step_history
$$;
comment on function private.raw_parts(public.jobs) is
  'What a job has that is JSON: input, metadata, output, the last answer to each attempt, the last 50 webhooks, '
  'step_history.';
revoke execute on function private.raw_parts(public.jobs) from public;

create function ops_api.raw(p_job_id uuid)
returns table (part text, attempt integer, at timestamptz, bytes integer, body text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return query
    select r.part, r.attempt, r.at, octet_length(r.body::text), jsonb_pretty(
      case when v_role = 'admin' or r.part = 'step_history' then r.body else private.masked(r.body) end)
    from private.raw_parts(v_job) r
    order by array_position('{input,metadata,answer,webhook,output,step_history}', r.part), r.attempt, r.at;
end
$$;
comment on function ops_api.raw(uuid) is
  'What a job has that is JSON, as text and so to the last digit: input, metadata, answer (the provider''s last, of '
  'each attempt), webhook (the last 50), output, step_history; bytes: how long it is unindented. For support masked, '
  'but for step_history. Errors: 401 unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.raw(uuid) from public;
grant execute on function ops_api.raw(uuid) to authenticated, service_role;
