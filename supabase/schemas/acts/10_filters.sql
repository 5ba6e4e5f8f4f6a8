create function private.act_keys(p_action text) returns text[]
language sql immutable set search_path = '' as $$
  select case
    when p_action in ('pause', 'resume') then '{lane,account_id,tool,user_id,connection_id,platform,for}'::text[]
    when p_action = 'set_capacity' then '{account_id,capacity}'
    when p_action in ('retry', 'cancel', 'redrive', 'refund', 'resolve', 'set_priority', 'replay_webhook', 'quarantine',
      'release', 'delete')
      then array['job_id', 'job_ids', 'user_id', 'tool', 'lane', 'status', 'error_code', 'failed_step', 'created_from',
        'created_to', 'ended_from', 'limit']
        || case p_action when 'resolve' then '{resolved}' when 'set_priority' then '{priority}' else '{}'::text[] end
  end
$$;
comment on function private.act_keys(text) is 'What the filter of an action may have; null: there is no such action.';
revoke execute on function private.act_keys(text) from public;

create function private.refuse_filter(p_message text, p_field text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.refuse(422, 'invalid_filter', p_message, p_field);
end
$$;
comment on function private.refuse_filter(text, text) is 'Raises 422 invalid_filter; p_field: what is wrong in it.';
revoke execute on function private.refuse_filter(text, text) from public;

create type private.act_filter as (
  job_ids uuid[], user_id uuid, tool text, lane text, status public.job_status, error_code text,
  created_from timestamptz, created_to timestamptz, max_jobs integer, resolved text, priority smallint,
  account_id integer, connection_id uuid, platform text, pause_for interval, capacity integer,
  failed_step public.job_step, ended_from timestamptz);
comment on type private.act_filter is 'A filter of ops.act, read. Null: it says nothing of it.';

create function private.parse_filter(p_filter jsonb) returns private.act_filter
language plpgsql stable set search_path = '' as $$
declare
  v private.act_filter;
begin
  v.job_ids := case when p_filter ? 'job_id' then array[(p_filter ->> 'job_id')::uuid]
    when p_filter ? 'job_ids' then array(select jsonb_array_elements_text(p_filter -> 'job_ids')::uuid) end;
  v.user_id := p_filter ->> 'user_id';
  v.tool := p_filter ->> 'tool';
  v.lane := p_filter ->> 'lane';
  v.status := p_filter ->> 'status';
  v.error_code := p_filter ->> 'error_code';
  v.failed_step := p_filter ->> 'failed_step';
  v.created_from := p_filter ->> 'created_from';
  v.created_to := p_filter ->> 'created_to';
  v.ended_from := p_filter ->> 'ended_from';
  v.max_jobs := p_filter ->> 'limit';
  v.resolved := p_filter ->> 'resolved';
  v.priority := p_filter ->> 'priority';
  v.account_id := p_filter ->> 'account_id';
  v.connection_id := p_filter ->> 'connection_id';
  v.platform := p_filter ->> 'platform';
  v.pause_for := p_filter ->> 'for';
  v.capacity := p_filter ->> 'capacity';
  return v;
exception when data_exception then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.parse_filter(jsonb) is 'Reads a filter. Error: 422 invalid_filter.';
revoke execute on function private.parse_filter(jsonb) from public;

create function private.read_filter(p_action text, p_filter jsonb) returns private.act_filter
language plpgsql stable set search_path = '' as $$
declare
  v_keys text[] := private.act_keys(p_action);
  v_unknown text;
  v private.act_filter;
begin
  if v_keys is null then
    perform private.refuse(422, 'invalid_action', format('There is no action %L.', p_action), 'action');
  end if;
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (v_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('The filter of %s has no %L; it may have %s.', p_action, v_unknown,
      array_to_string(v_keys, ', ')), v_unknown);
  end if;
  if jsonb_path_exists(p_filter, '$.* ? (@ == null)') then
    perform private.refuse_filter('Leave out what the filter is to say nothing of: null is no value.', 'filter');
  end if;
  v := private.parse_filter(p_filter);
  -- Everything there is, is never what somebody means who says nothing.
  if not p_filter ?| array['job_id', 'job_ids', 'user_id', 'tool', 'lane', 'status', 'error_code', 'failed_step',
      'created_from', 'created_to', 'ended_from', 'account_id', 'connection_id', 'platform'] then
    perform private.refuse_filter('The filter names nothing: say whom or what.', 'filter');
  elsif p_filter ?& array['job_id', 'job_ids'] then
    perform private.refuse_filter('Either job_id or job_ids.', 'job_ids');
  elsif v.max_jobs < 1 or v.pause_for <= '0' then
    perform private.refuse_filter('limit and for are more than nothing.',
      case when v.max_jobs < 1 then 'limit' else 'for' end);
  elsif p_action = 'resolve' and v.resolved is distinct from 'there' and v.resolved is distinct from 'not_there' then
    perform private.refuse_filter('resolved is there, or not_there.', 'resolved');
  elsif p_action = 'set_priority' and v.priority is null then
    perform private.refuse_filter('Say which priority.', 'priority');
  elsif p_action = 'set_capacity' and (v.account_id is null or v.capacity is null) then
    perform private.refuse_filter('Say which account_id, and its capacity.', 'capacity');
  end if;
  return v;
end
$$;
comment on function private.read_filter(text, jsonb) is
  'Checks and reads the filter of an action. Errors: 422 invalid_action, 422 invalid_filter.';
revoke execute on function private.read_filter(text, jsonb) from public;
