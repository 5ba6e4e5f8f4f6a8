-- The inbox: webhooks that were stored, and beside them those that were refused, of which there is a count for each job
-- and reason. Both in one order, by when they came; id ("webhook:7", "refusal:<job>:<reason>") makes that order whole.

create type private.inbox_filter as (provider text, verdict text, job_id uuid, refused boolean);
comment on type private.inbox_filter is 'A filter of ops_api.webhooks, read. Null: it says nothing of it.';

create function private.read_inbox_filter(p_filter jsonb) returns private.inbox_filter
language plpgsql stable set search_path = '' as $$
declare
  v_unknown text;
  v private.inbox_filter;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key
  where key <> all ('{provider,verdict,job_id,refused}') order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of webhooks has no %L.', v_unknown), v_unknown);
  end if;
  v.provider := p_filter ->> 'provider';
  v.verdict := p_filter ->> 'verdict';
  v.job_id := p_filter ->> 'job_id';
  v.refused := p_filter ->> 'refused';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.read_inbox_filter(jsonb) is
  'Checks and reads the filter of ops_api.webhooks: {provider, verdict, job_id, refused}. Error: 422 invalid_filter.';
revoke execute on function private.read_inbox_filter(jsonb) from public;

create type private.inbox_line as (
  id text, at timestamptz, event_id bigint, provider text, verdict text, times bigint, first_at timestamptz,
  job_id uuid, user_id uuid, attempt integer, external_id text, verified_by text, is_wanted boolean);
comment on type private.inbox_line is
  'A webhook, or the count of those of a job that were refused for one reason; is_wanted: the filter names it.';

create function private.stored_webhooks(
  p_filter private.inbox_filter, p_at timestamptz, p_id text, p_looks integer
) returns setof private.inbox_line
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select 'webhook:' || e.event_id, e.received_at, e.event_id, e.provider, e.verdict, 1::bigint, e.received_at,
      e.job_id, e.user_id, e.attempt, e.external_id, e.verified_by,
      (p_filter.provider is null or e.provider = p_filter.provider)
        and (p_filter.verdict is null or e.verdict = p_filter.verdict)
    from private.webhook_events e
    where (p_filter.job_id is null or e.job_id = p_filter.job_id)
      and (p_at is null or (e.received_at <= p_at
        and (e.received_at < p_at or ('webhook:' || e.event_id) collate "C" < p_id)))
    order by e.received_at desc, ('webhook:' || e.event_id) collate "C" desc limit p_looks;
end
$$;
comment on function private.stored_webhooks(private.inbox_filter, timestamptz, text, integer) is
  'The newest p_looks webhooks before a place in the inbox, of a job or of all.';
revoke execute on function private.stored_webhooks(private.inbox_filter, timestamptz, text, integer) from public;

create function private.refused_webhooks(
  p_filter private.inbox_filter, p_at timestamptz, p_id text, p_looks integer
) returns setof private.inbox_line
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select format('refusal:%s:%s', r.job_id, r.reason), r.last_at, null::bigint, r.provider, r.reason, r.times,
      r.first_at, r.job_id, r.user_id, null::integer, null::text, null::text,
      (p_filter.provider is null or r.provider = p_filter.provider)
        and (p_filter.verdict is null or r.reason = p_filter.verdict)
    from private.webhook_refusals r
    where (p_filter.job_id is null or r.job_id = p_filter.job_id)
      and (p_at is null or (r.last_at <= p_at
        and (r.last_at < p_at or format('refusal:%s:%s', r.job_id, r.reason) collate "C" < p_id)))
    order by r.last_at desc, format('refusal:%s:%s', r.job_id, r.reason) collate "C" desc limit p_looks;
end
$$;
comment on function private.refused_webhooks(private.inbox_filter, timestamptz, text, integer) is
  'The newest p_looks counts of refused webhooks before a place in the inbox, of a job or of all.';
revoke execute on function private.refused_webhooks(private.inbox_filter, timestamptz, text, integer) from public;

create function private.inbox_entry(p_line private.inbox_line, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select to_jsonb(p_line) - 'is_wanted' || jsonb_build_object('is_refused', p_line.event_id is null,
      'age_ms', private.ms(p_now - p_line.at), 'user_email', u.email, 'tool', j.tool, 'lane', j.lane,
      'status', j.status, 'current_step', j.current_step,
      'after_ms', private.ms(case when p_line.event_id is not null then p_line.at end - a.submitted_first_at),
      'can_replay', p_line.event_id is not null and coalesce(j.status in ('pending', 'processing')
        and a.finished_at is null and a.token is not null, false))
    from (select 1) one
    left join public.jobs j on j.id = p_line.job_id
    left join public.job_attempts a on a.job_id = p_line.job_id and a.attempt = p_line.attempt
    left join auth.users u on u.id = p_line.user_id);
end
$$;
comment on function private.inbox_entry(private.inbox_line, timestamptz) is
  'A line of the inbox as ops_api.webhooks tells of it.';
revoke execute on function private.inbox_entry(private.inbox_line, timestamptz) from public;

create function private.look_at_inbox(
  p_filter private.inbox_filter, p_limit integer, p_at timestamptz, p_id text, p_now timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  -- What the index finds by itself is looked for no further than the page goes.
  v_looks integer := case when p_filter.provider is null and p_filter.verdict is null then p_limit + 1 else 5000 end;
begin
  return (
    with lines as materialized (
      select l, l.at, l.id, l.is_wanted from private.stored_webhooks(p_filter, p_at, p_id, v_looks) l
      where not coalesce(p_filter.refused, false)
      union all
      select l, l.at, l.id, l.is_wanted from private.refused_webhooks(p_filter, p_at, p_id, v_looks) l
      where coalesce(p_filter.refused, true)
    ), looked as ( -- both together no further than either of them goes
      select *, row_number() over (order by at desc, id collate "C" desc) as n,
        count(*) filter (where is_wanted) over (order by at desc, id collate "C" desc) as wanted
      from lines order by at desc, id collate "C" desc limit v_looks
    ), page as (
      select * from looked where wanted < p_limit or (wanted = p_limit and is_wanted)
    ), last_one as (
      select at, id, n from page order by n desc limit 1
    )
    select jsonb_build_object(
      'webhooks', (select coalesce(jsonb_agg(private.inbox_entry(l, p_now) order by n), '[]')
        from page where is_wanted),
      'next', (select jsonb_build_object('at', at, 'id', id) from last_one
        where n < (select count(*) from looked) or n = v_looks),
      'looked_at', (select count(*) from page),
      'is_complete', coalesce((select n = (select count(*) from looked) and n < v_looks from last_one), true)));
end
$$;
comment on function private.look_at_inbox(private.inbox_filter, integer, timestamptz, text, timestamptz) is
  'A page of the inbox, see ops_api.webhooks: up to p_limit of what the filter names among the newest 5,000 after a '
  'place in it.';
revoke execute on function private.look_at_inbox(private.inbox_filter, integer, timestamptz, text, timestamptz)
  from public;

create function ops_api.webhooks(p_filter jsonb default '{}', p_limit integer default 50, p_before jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_filter private.inbox_filter;
  v_before timestamptz;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 webhooks.', 'limit');
  end if;
  v_filter := private.read_inbox_filter(p_filter);
  begin
    v_before := p_before ->> 'at';
  exception when data_exception then
    perform private.refuse(422, 'invalid_input', sqlerrm, 'before');
  end;
  return private.look_at_inbox(v_filter, p_limit, v_before, p_before ->> 'id', private.now());
end
$$;
comment on function ops_api.webhooks(jsonb, integer, jsonb) is
  'The inbox, the newest first. p_filter: {provider, verdict (accepted, stale_attempt, late, other_task; of refused '
  'ones wrong_token, bad_signature, no_secret, too_large), job_id, refused (true: only those, false: none)}; p_before: '
  'next of the page before. Returns {webhooks: [{id, event_id, at, age_ms, provider, verdict, is_refused, times and '
  'first_at (of refused ones: one line for each job and reason), job_id, attempt, tool, lane, status, current_step, '
  'user_id, user_email, external_id, verified_by, after_ms (since its submit), can_replay}], next, looked_at, '
  'is_complete}: what is rare is looked for among 5,000 a page, so a page may be empty and have a next one. Errors: '
  '403 not_an_operator, 422 invalid_filter, 422 invalid_input.';
revoke execute on function ops_api.webhooks(jsonb, integer, jsonb) from public;
grant execute on function ops_api.webhooks(jsonb, integer, jsonb) to authenticated, service_role;
