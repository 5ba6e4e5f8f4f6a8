create function private.pause_connection(p_connection_id uuid, p_reason text, p_for interval) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.connections set state = 'limited', held_until = coalesce(private.now() + p_for, 'infinity'),
    state_code = 'paused_by_operator', state_message = private.cut(p_reason, 500)
  where id = p_connection_id;
end
$$;
comment on function private.pause_connection(uuid, text, interval) is
  'Publishes nothing with a connection for p_for, or until it is resumed.';
revoke execute on function private.pause_connection(uuid, text, interval) from public;

create function private.resume_connection(p_connection_id uuid) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  update public.connections set state = 'live', held_until = null, state_code = null, state_message = null
  where id = p_connection_id;
  perform private.connection_freed(p_connection_id);
  return private.dispatch('publication');
end
$$;
comment on function private.resume_connection(uuid) is
  'Ends a connection''s pause and dispatches; returns how many jobs started.';
revoke execute on function private.resume_connection(uuid) from public;

create function private.thing_of(p_filter private.act_filter) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_things text[] := array_remove(array[case when p_filter.lane is not null then 'lane' end,
    case when p_filter.account_id is not null then 'account' end, case when p_filter.tool is not null then 'tool' end,
    case when p_filter.user_id is not null then 'user' end,
    case when p_filter.connection_id is not null then 'connection' end,
    case when p_filter.platform is not null then 'platform' end], null);
begin
  return case when cardinality(v_things) = 1 then v_things[1] end;
end
$$;
comment on function private.thing_of(private.act_filter) is
  'What a filter names that is no job: lane, account, tool, user, connection or platform; null: nothing, or several.';
revoke execute on function private.thing_of(private.act_filter) from public;

create function private.state_of_thing(p_thing text, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case p_thing
    when 'lane' then (select case when paused_until > v_now then 'paused' else 'on' end
      from private.lanes where lane = p_filter.lane)
    when 'account' then (select case when retired_at is not null then 'retired' when paused_until > v_now then 'paused'
      else 'on' end from private.accounts where account_id = p_filter.account_id)
    when 'tool' then (select case when is_enabled then 'on' else 'paused' end
      from public.tools where tool = p_filter.tool)
    when 'user' then (select case when p.paused_until > v_now then 'paused' else 'on' end
      from auth.users u left join private.user_pauses p on p.user_id = u.id where u.id = p_filter.user_id)
    when 'connection' then (select case when state_code = 'paused_by_operator' then 'paused'
      when state in ('revoked', 'reconnect_needed') then state else 'on' end
      from public.connections where id = p_filter.connection_id)
    when 'platform' then (select case when paused_until > v_now then 'paused' else 'on' end
      from private.platforms where platform = p_filter.platform)
  end;
end
$$;
comment on function private.state_of_thing(text, private.act_filter) is
  'How what a filter names stands: on, paused, or a word of its own that neither pause nor resume changes; null: there '
  'is no such thing.';
revoke execute on function private.state_of_thing(text, private.act_filter) from public;

create function private.why_no_thing(p_action text, p_thing text, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_state text := private.state_of_thing(p_thing, p_filter);
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case
    when v_state is null then 'not_found'
    when v_state not in ('on', 'paused') then v_state
    when p_action = 'resume' and v_state = 'on' then 'not_paused'
    when p_action = 'set_capacity' and p_filter.capacity = (select count(*) from private.slots
      where account_id = p_filter.account_id and not is_retiring) then 'unchanged'
  end;
end
$$;
comment on function private.why_no_thing(text, text, private.act_filter) is
  'Why an action is not for what a filter names; null: it is.';
revoke execute on function private.why_no_thing(text, text, private.act_filter) from public;

create function private.waiting_for_thing(p_thing text, p_filter private.act_filter) returns bigint
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select count(*) from (
      select from public.jobs j
      where j.status = 'pending' and (p_filter.lane is null or j.lane = p_filter.lane)
        and (p_filter.account_id is null or j.lane = (
          select a.lane from private.accounts a where a.account_id = p_filter.account_id))
        and (p_filter.tool is null or j.tool = p_filter.tool)
        and (p_filter.user_id is null or j.user_id = p_filter.user_id)
        and (p_thing not in ('connection', 'platform') or exists (
          select from public.publications p where p.job_id = j.id
            and (p.connection_id = p_filter.connection_id or p.platform = p_filter.platform)))
      limit 10000) waiting);
end
$$;
comment on function private.waiting_for_thing(text, private.act_filter) is
  'How many jobs wait whom a pause of what a filter names would concern, 10,000 at most.';
revoke execute on function private.waiting_for_thing(text, private.act_filter) from public;

create function private.do_to_thing(p_action text, p_thing text, p_filter private.act_filter, p_reason text)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  case p_action || ' ' || p_thing
    when 'pause lane' then perform ops.pause_lane(p_filter.lane, p_reason, p_filter.pause_for);
    when 'resume lane' then perform ops.resume_lane(p_filter.lane);
    when 'pause account' then perform ops.pause_account(p_filter.account_id, p_reason, p_filter.pause_for);
    when 'resume account' then perform ops.resume_account(p_filter.account_id);
    when 'pause tool' then update public.tools set is_enabled = false where tool = p_filter.tool;
    when 'resume tool' then update public.tools set is_enabled = true where tool = p_filter.tool;
    when 'pause user' then perform ops.pause_user(p_filter.user_id, p_reason, p_filter.pause_for);
    when 'resume user' then perform ops.resume_user(p_filter.user_id);
    when 'pause connection' then
      perform private.pause_connection(p_filter.connection_id, p_reason, p_filter.pause_for);
    when 'resume connection' then perform private.resume_connection(p_filter.connection_id);
    when 'pause platform' then perform ops.pause_platform(p_filter.platform, p_reason, p_filter.pause_for);
    when 'resume platform' then
      perform ops.resume_platform(p_filter.platform);
      perform private.dispatch('publication');
    when 'set_capacity account' then
      perform private.set_capacity(p_filter.account_id, p_filter.capacity);
      perform private.dispatch(lane) from private.accounts where account_id = p_filter.account_id;
  end case;
end
$$;
comment on function private.do_to_thing(text, text, private.act_filter, text) is
  'Pauses, resumes or resizes what a filter names.';
revoke execute on function private.do_to_thing(text, text, private.act_filter, text) from public;

create function private.act_on_thing(
  p_action text, p_asked jsonb, p_filter private.act_filter, p_dry_run boolean, p_reason text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_thing text := private.thing_of(p_filter);
  v_code text;
  v_counts jsonb;
begin
  if v_thing is null then
    perform private.refuse_filter('Name one: lane, account_id, tool, user_id, connection_id or platform.', 'filter');
  elsif v_thing = 'tool' and p_filter.pause_for is not null then
    perform private.refuse_filter('A tool is switched off until it is switched on again.', 'for');
  end if;
  v_code := private.why_no_thing(p_action, v_thing, p_filter);
  v_counts := jsonb_build_object('matched', (v_code is distinct from 'not_found')::integer,
    'qualified', (v_code is null)::integer,
    'skipped', case when v_code is null then '{}' else jsonb_build_object(v_code, 1) end,
    'waiting', private.waiting_for_thing(v_thing, p_filter));
  if not p_dry_run then
    perform private.do_to_thing(p_action, v_thing, p_filter, p_reason) where v_code is null;
    perform private.note_act(p_action, p_asked, v_counts, p_reason, p_qualified => (v_code is null)::integer);
  end if;
  return jsonb_build_object('action', p_action, 'thing', v_thing, 'dry_run', p_dry_run) || v_counts;
end
$$;
comment on function private.act_on_thing(text, jsonb, private.act_filter, boolean, text) is
  'Acts on one thing that is no job. p_asked: the filter as given. Returns what ops.act does, with thing, and waiting: '
  'how many jobs it concerns.';
revoke execute on function private.act_on_thing(text, jsonb, private.act_filter, boolean, text) from public;
