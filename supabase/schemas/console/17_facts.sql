create function private.told_of(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  -- A message bears the time at which its transaction began: just before the step that it tells of.
  return (
    select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'event', t.event, 'step', t.step, 'version', t.version,
      'all_sent', t.all_sent) order by t.at), '[]')
    from (
      select distinct on (m.id) m.inserted_at at time zone 'UTC' as at, m.event,
        m.payload #>> '{new,current_step}' as step, (m.payload #>> '{new,version}')::integer as version,
        m.payload #> '{_debug,broadcastSuccess}' as all_sent
      from (select h.at from private.history_of(p_job) h order by h.n desc limit 20) h
      join realtime.messages m on m.extension = 'broadcast' and m.private and m.topic = 'jobs:' || p_job.user_id
        and m.inserted_at > (h.at - interval '5 seconds') at time zone 'UTC'
        and m.inserted_at < (h.at + interval '5 seconds') at time zone 'UTC'
        and m.payload #>> '{new,id}' = p_job.id::text) t);
end
$$;
comment on function private.told_of(public.jobs) is
  'What was broadcast of a job around the last 20 entries of its history: [{at, event, step, version, all_sent}]. '
  'Realtime keeps it for three days.';
revoke execute on function private.told_of(public.jobs) from public;

create function private.deliveries_of(p_job public.jobs, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.hour, d.channel), '[]')
    from (
      select * from private.deliveries
      where user_id = p_job.user_id and hour >= date_trunc('hour', p_job.created_at, 'UTC')
        and hour <= coalesce(p_job.completed_at, p_now) + interval '1 hour'
      order by hour desc, channel limit 48) d);
end
$$;
comment on function private.deliveries_of(public.jobs, timestamptz) is
  'How the screens of a job''s owner learned of changes in the hours of its life, as they tell it: rows of '
  'private.deliveries, which know users and hours, not jobs.';
revoke execute on function private.deliveries_of(public.jobs, timestamptz) from public;

create function private.facts_of(p_job public.jobs, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_told jsonb := private.job_for_operators(p_job);
begin
  return v_told || jsonb_build_object(
    'job', (v_told -> 'job') - array['input', 'output', 'metadata', 'step_history', 'idempotency_key']
      || jsonb_build_object('age_ms', private.ms_between(p_job.created_at, coalesce(p_job.completed_at, p_now)),
        'has_output', p_job.output is not null),
    'attempts', (select coalesce(jsonb_agg(a - array['raw_api_response', 'raw_webhook_payload'] || jsonb_build_object(
        'ms', private.ms_between((a ->> 'started_at')::timestamptz,
          coalesce((a ->> 'finished_at')::timestamptz, p_now)))), '[]')
      from jsonb_array_elements(v_told -> 'attempts') a),
    'webhooks', (select coalesce(jsonb_agg(w - 'payload'), '[]') from jsonb_array_elements(v_told -> 'webhooks') w),
    'refusals', (select coalesce(jsonb_agg(to_jsonb(r) - array['job_id', 'user_id'] order by r.first_at), '[]')
      from private.webhook_refusals r where r.job_id = p_job.id),
    'quarantine', (select coalesce(jsonb_agg(to_jsonb(q) - 'job_id' order by q.since), '[]')
      from private.quarantine q where q.job_id = p_job.id),
    'told', private.told_of(p_job), 'deliveries', private.deliveries_of(p_job, p_now));
end
$$;
comment on function private.facts_of(public.jobs, timestamptz) is
  'All that private.job_for_operators tells but payloads; and of each attempt how long it took, webhooks that were not '
  'believed, by which part it was set aside, what was broadcast, how its owner''s screens learn.';
revoke execute on function private.facts_of(public.jobs, timestamptz) from public;

create function ops_api.job_facts(p_job_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_job public.jobs;
  v_facts jsonb;
begin
  select * into v_job from public.jobs where id = p_job_id;
  if not found then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  v_facts := private.facts_of(v_job, private.now());
  if v_role = 'admin' then return v_facts; end if;
  return jsonb_set(v_facts, '{job,output_url}', coalesce(private.masked(v_facts #> '{job,output_url}'), 'null'));
end
$$;
comment on function ops_api.job_facts(uuid) is
  'All of a job but its payloads (ops_api.raw), for operators: {job (with age_ms, has_output), user, attempts (with '
  'ms), webhooks, refusals, credits, publication, quarantine, told, deliveries, retried_as, acts}. Errors: 401 '
  'unauthenticated, 403 not_an_operator, 404 not_found.';
revoke execute on function ops_api.job_facts(uuid) from public;
grant execute on function ops_api.job_facts(uuid) to authenticated, service_role;
