create function private.masked(p_value jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_value)
    when 'object' then (
      select coalesce(jsonb_object_agg(key, private.masked(value)), '{}') from jsonb_each(p_value))
    when 'array' then (
      select coalesce(jsonb_agg(private.masked(value) order by n), '[]')
      from jsonb_array_elements(p_value) with ordinality elements (value, n))
    when 'string' then to_jsonb('•••'::text) when 'number' then to_jsonb('•••'::text) else p_value end;
end
$$;
comment on function private.masked(jsonb) is
  'JSON of which only the shape is left: keys, true, false and null stay; each text and number is •••.';
revoke execute on function private.masked(jsonb) from public;

create type private.job_line as (
  id uuid, user_id uuid, tool text, lane text, status public.job_status, current_step public.job_step,
  failed_at_step public.job_step, error_code text, error_message text, priority smallint, attempt integer,
  retry_count integer, max_attempts integer, credits_charged integer, refund public.job_refund, retried_from uuid,
  progress smallint, version integer, run_at timestamptz, created_at timestamptz, queued_at timestamptz,
  started_at timestamptz, completed_at timestamptz, updated_at timestamptz, deadline_at timestamptz);
comment on type private.job_line is 'A job in a list of operators: all but what was put in and came out.';

create function ops_api.jobs(p_filter jsonb default '{}', p_limit integer default 50, p_after uuid default null)
returns setof private.job_line
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_filter private.act_filter;
  v_after timestamptz;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 jobs.', 'limit');
  end if;
  v_after := (select created_at from public.jobs where id = p_after);
  -- The filter of any action on jobs, and it may be empty.
  v_filter := case when p_filter = '{}' then private.parse_filter(p_filter)
    else private.read_filter('retry', p_filter - 'limit') end;
  return query
    select j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, j.failed_at_step, j.error_code, j.error_message,
      j.priority, j.attempt, j.retry_count, j.max_attempts, j.credits_charged, j.refund, j.retried_from, j.progress,
      j.version, j.run_at, j.created_at, j.queued_at, j.started_at, j.completed_at, j.updated_at, j.deadline_at
    from public.jobs j
    where (v_filter.job_ids is null or j.id = any (v_filter.job_ids))
      and (v_filter.user_id is null or j.user_id = v_filter.user_id)
      and (v_filter.tool is null or j.tool = v_filter.tool)
      and (v_filter.lane is null or j.lane = v_filter.lane)
      and (v_filter.status is null or j.status = v_filter.status)
      and (v_filter.error_code is null or j.error_code = v_filter.error_code)
      and (v_filter.failed_step is null or j.failed_at_step = v_filter.failed_step)
      and (v_filter.created_from is null or j.created_at >= v_filter.created_from)
      and (v_filter.created_to is null or j.created_at < v_filter.created_to)
      and (v_filter.ended_from is null or j.completed_at >= v_filter.ended_from)
      and (p_after is null or case when v_filter.user_id is null then j.id < p_after
        else (j.created_at, j.id) < (v_after, p_after) end)
    -- One user's by the index that has them in order; everybody's by their ids, which begin with the time. Planned anew
    -- for each call, a CASE that is decided is none.
    order by case when v_filter.user_id is not null then j.created_at end desc, j.id desc limit p_limit;
end
$$;
comment on function ops_api.jobs(jsonb, integer, uuid) is
  'Jobs for operators, the newest first, up to p_limit (200). p_filter: as of ops_api.act; {}: all. p_after: the last '
  'job of the page before. Errors: 403 not_an_operator, 422 invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.jobs(jsonb, integer, uuid) from public;
grant execute on function ops_api.jobs(jsonb, integer, uuid) to authenticated, service_role;

create function private.job_for_operators(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'job', to_jsonb(p_job) - array['ticket', 'idempotency_hash'],
    'user', (select jsonb_build_object('id', u.id, 'email', u.email, 'balance',
        (select balance from public.credit_accounts where user_id = u.id), 'paused_until',
        (select paused_until from private.user_pauses where user_id = u.id))
      from auth.users u where u.id = p_job.user_id),
    'attempts', (select coalesce(jsonb_agg(
        to_jsonb(a) - array['token', 'user_id', 'question_id', 'job_id', 'checkpoint', 'outputs', 'data']
        || jsonb_build_object('account', (select name from private.accounts where account_id = a.account_id))
        order by a.attempt), '[]') from public.job_attempts a where a.job_id = p_job.id),
    'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('received_at', e.received_at, 'provider', e.provider,
        'attempt', e.attempt, 'verdict', e.verdict, 'external_id', e.external_id, 'verified_by', e.verified_by,
        'payload', e.payload) order by e.event_id desc), '[]')
      from (select * from private.webhook_events w where w.job_id = p_job.id order by event_id desc limit 50) e),
    'credits', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'amount', c.amount,
        'created_at', c.created_at) order by c.entry_id), '[]')
      from public.credit_entries c where c.job_id = p_job.id),
    'publication', (select to_jsonb(p) - array['user_id', 'fingerprint', 'ticket', 'job_id', 'facts', 'facts_until']
      from public.publications p where p.job_id = p_job.id),
    'retried_as', (select id from public.jobs again where again.retried_from = p_job.id),
    'acts', (select coalesce(jsonb_agg(jsonb_build_object('at', r.begun_at, 'action', r.action, 'reason', r.reason,
        'outcome', i.outcome, 'code', i.code, 'run_id', r.run_id) order by r.begun_at), '[]')
      from private.bulk_items i join private.bulk_runs r using (run_id) where i.job_id = p_job.id));
end
$$;
comment on function private.job_for_operators(public.jobs) is
  'All that there is of a job, without tokens, what workers note for themselves, and addresses at which whoever has '
  'them finds a result or goes on with an upload.';
revoke execute on function private.job_for_operators(public.jobs) from public;

create function private.masked_job(p_told jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_told || jsonb_build_object(
    'job', (p_told -> 'job') || jsonb_build_object('input', private.masked(p_told #> '{job,input}'),
      'output', private.masked(p_told #> '{job,output}'), 'metadata', private.masked(p_told #> '{job,metadata}'),
      'output_url', private.masked(p_told #> '{job,output_url}')),
    'attempts', (select coalesce(jsonb_agg(a || jsonb_build_object(
        'raw_api_response', private.masked(a -> 'raw_api_response'),
        'raw_webhook_payload', private.masked(a -> 'raw_webhook_payload'))), '[]')
      from jsonb_array_elements(p_told -> 'attempts') a),
    'webhooks', (select coalesce(jsonb_agg(w || jsonb_build_object('payload', private.masked(w -> 'payload'))), '[]')
      from jsonb_array_elements(p_told -> 'webhooks') w));
end
$$;
comment on function private.masked_job(jsonb) is
  'What private.job_for_operators tells, with payloads masked: what was put in, came out, and was answered.';
revoke execute on function private.masked_job(jsonb) from public;

create function ops_api.job(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return case when v_role = 'admin' then private.job_for_operators(v_job)
    else private.masked_job(private.job_for_operators(v_job)) end;
end
$$;
comment on function ops_api.job(uuid) is
  'All that there is of a job, for operators: {job, user, attempts, webhooks (the last 50), credits, publication, '
  'retried_as, acts}. For support payloads are masked: what was put in, what came out, what a provider answered. '
  'Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.job(uuid) from public;
grant execute on function ops_api.job(uuid) to authenticated, service_role;
